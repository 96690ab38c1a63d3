/**
 * Kept quantised weights as files of one folder (Node): written beside their place and renamed into it, and bounded in
 * number and bytes. Reading one marks it as used, by the time of its last change.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, statfs, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import type { QuantisedSink, QuantisedStore } from '../rwkv7/quantised/store.ts';
import { fileSource } from './files.ts';
import {
  listQuantised,
  QUANTISED_EXTENSION,
  QUANTISED_QUOTA,
  sweepQuantised,
  type QuantisedQuota,
} from './quantisedFiles.ts';

/** Left free on the disk: a cache is never what fills it. */
const RESERVE_BYTES = 1e9;

export interface QuantisedStoreParts {
  readonly folder: string;
  readonly modelPath: string;
  readonly warn: (message: string) => void;
  readonly quota?: QuantisedQuota;
  /** Bytes that may still be written to the folder's disk; tests put a full one in its place. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** A store in `folder`, which is made when first written to. */
export function folderQuantisedStore(parts: QuantisedStoreParts): QuantisedStore {
  const { folder, modelPath, warn, quota = QUANTISED_QUOTA, freeBytes = freeOnDisk } = parts;
  const pathOf = (name: string): string => join(folder, name + QUANTISED_EXTENSION);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  return {
    modelPath,
    warn,
    open: async (name) => {
      const source = await fileSource(pathOf(name)).catch(() => undefined);
      // A disk that cannot be written to can still be read from.
      if (source) await utimes(pathOf(name), new Date(), new Date()).catch(() => undefined);
      return source;
    },
    remove: (name) => rm(pathOf(name), { force: true }).catch(() => undefined),
    create: async (name, byteLength) => {
      if (byteLength > quota.bytes)
        throw new EngineError('storage-failed', `they take ${gigabytes(byteLength)}, more than is kept of all models`);
      await mkdir(folder, { recursive: true });
      await sweepQuantised(folder);
      // A disk that does not tell will say so itself.
      const free = await freeBytes(folder).catch(() => Infinity);
      if (byteLength + RESERVE_BYTES > free)
        throw new EngineError(
          'storage-failed',
          `the disk is nearly full (${gigabytes(byteLength)} wanted, ${gigabytes(free)} free)`,
        );
      return openSink(folder, pathOf(name), quota);
    },
  };
}

const freeOnDisk = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

async function openSink(folder: string, path: string, quota: QuantisedQuota): Promise<QuantisedSink> {
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx');
  return {
    write: (offset, bytes) => writeWhole(file, offset, bytes),
    commit: async () => {
      await file.sync();
      await file.close();
      await rename(temporary, path);
      await enforceQuota(folder, path, quota);
    },
    discard: async () => {
      // Closed already where only the renaming failed.
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}

async function writeWhole(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
}

/** Removes files, those used longest ago first, until the rest keeps to the quota; never the one just written. */
async function enforceQuota(folder: string, newest: string, quota: QuantisedQuota): Promise<void> {
  const files = await listQuantised(folder);
  let count = files.length;
  let bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const { path, byteLength } of files) {
    if (count <= quota.files && bytes <= quota.bytes) return;
    if (path === newest) continue;
    await rm(path, { force: true }).catch(() => undefined);
    count--;
    bytes -= byteLength;
  }
}
