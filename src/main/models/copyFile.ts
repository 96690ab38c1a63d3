/** Copies a large file into a folder, with progress: written beside its place and renamed, so that it is whole or absent. */
import { randomUUID } from 'node:crypto';
import { access, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { OnConflict } from '../api/models.ts';
import { AppError } from '../errors.ts';
import { requireSpace, type FreeBytes } from './space.ts';
import { storageFailure } from '../storageFailure.ts';

export interface CopyProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface CopyOptions {
  /** Without it such a file is an error. */
  readonly onConflict?: OnConflict | undefined;
  readonly freeBytes: FreeBytes;
  /** Asked before a file is replaced. @throws AppError where it may not be */
  requireReplaceable(path: string): Promise<void>;
}

const CHUNK_BYTES = 4 << 20;

/**
 * Copies `source` into `folder` as `name`; leaving the loop ends it and leaves nothing.
 * @returns the path of the copy
 * @throws what `requireReplaceable` throws, AppError `file-exists`, `disk-full`, `folder-read-only`, `storage-failed`
 */
export async function* copyIntoFolder(
  source: string,
  folder: string,
  name: string,
  options: CopyOptions,
): AsyncGenerator<CopyProgress, string> {
  const temporary = join(folder, `${name}.${randomUUID()}.copy`);
  try {
    await targetFor(folder, name, options);
    yield* copyBytes(source, temporary, folder, options.freeBytes);
    // Asked again: much can happen while gigabytes are copied.
    const target = await targetFor(folder, name, options);
    await rename(temporary, target);
    return target;
  } catch (error) {
    throw storageFailure(error, `${source} could not be copied to ${folder}`);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function* copyBytes(
  source: string,
  temporary: string,
  folder: string,
  freeBytes: FreeBytes,
): AsyncGenerator<CopyProgress, void> {
  await using from = await open(source, 'r');
  const { size: totalBytes } = await from.stat();
  await requireSpace(folder, totalBytes, freeBytes);
  await using to = await open(temporary, 'wx');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let bytes = 0; ;) {
    yield { bytes, totalBytes };
    const { bytesRead } = await from.read(chunk, 0, chunk.length, bytes);
    if (bytesRead === 0) break;
    await writeAll(to, chunk.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  await to.sync();
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

async function targetFor(folder: string, name: string, options: CopyOptions): Promise<string> {
  const { onConflict, requireReplaceable } = options;
  const target = join(folder, name);
  if (!(await exists(target))) return target;
  if (onConflict === 'replace') {
    await requireReplaceable(target);
    return target;
  }
  if (onConflict === undefined)
    throw new AppError('file-exists', `${target} is there already.`, {
      nextStep: 'Keep both files, or replace the one that is there.',
    });
  const { name: stem, ext } = parse(name);
  for (let number = 2; ; number++) {
    const other = join(folder, `${stem} (${number})${ext}`);
    if (!(await exists(other))) return other;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
