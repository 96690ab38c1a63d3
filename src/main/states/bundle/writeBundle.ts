/** Writes a bundle: one tar archive with the description and the state, in this order. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bundleNotWritten } from './bundleErrors.ts';
import { BUNDLE_VERSION, MANIFEST_NAME, STATE_NAME, type BundleManifest } from './manifest.ts';
import { BLOCK, paddingOf, tarHeader } from './tar.ts';

/** What the caller knows; size and hash are taken from the file. */
export type BundleFacts = Omit<BundleManifest, 'formatVersion' | 'stateBytes' | 'sha256'>;

/**
 * Writes `target` whole or not at all.
 * @param stateFile a snapshot, which must not change meanwhile
 * @throws EngineError `storage-failed`
 */
export async function writeBundle(target: string, facts: BundleFacts, stateFile: string): Promise<void> {
  const partial = `${target}.${randomUUID()}.tmp`;
  try {
    const [{ size: stateBytes }, sha256] = [await stat(stateFile), await hashOf(stateFile)];
    const manifest: BundleManifest = { ...facts, formatVersion: BUNDLE_VERSION, stateBytes, sha256 };
    await mkdir(dirname(target), { recursive: true });
    await writeArchive(partial, Buffer.from(JSON.stringify(manifest, null, 2)), stateFile, stateBytes);
    await rename(partial, target);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw bundleNotWritten(cause);
  }
}

async function writeArchive(path: string, manifest: Buffer, stateFile: string, stateBytes: number): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(tarHeader({ path: MANIFEST_NAME, size: manifest.length }));
    await file.writeFile(manifest);
    await file.writeFile(Buffer.alloc(paddingOf(manifest.length)));
    await file.writeFile(tarHeader({ path: STATE_NAME, size: stateBytes }));
    await copyInto(file, stateFile, stateBytes);
    await file.writeFile(Buffer.alloc(paddingOf(stateBytes) + 2 * BLOCK));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copyInto(file: FileHandle, from: string, size: number): Promise<void> {
  let done = 0;
  for await (const piece of createReadStream(from) as AsyncIterable<Buffer>) {
    await file.writeFile(piece);
    done += piece.length;
  }
  if (done !== size) throw new Error(`${from} changed while it was copied`);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}
