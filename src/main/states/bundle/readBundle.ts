/** Reads a bundle that may come from anyone: nothing in it is believed before it was checked, sizes first. */
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../../../engine/api/errors.ts';
import { badBundle, bundleNotWritten } from './bundleErrors.ts';
import { MANIFEST_NAME, MAX_MANIFEST_BYTES, parseManifest, STATE_NAME, type BundleManifest } from './manifest.ts';
import { BLOCK, paddingOf, parseTarHeader } from './tar.ts';

const MEBIBYTE = 1024 * 1024;
/** Other programs fill an archive up to a multiple of this. */
const MAX_END_BYTES = 20 * BLOCK;

/**
 * Copies the state in the bundle to `target`, which must not exist, and tells what the bundle says of it. After a
 * failure there is no `target`.
 * @throws EngineError `snapshot-unreadable`, `snapshot-mismatch` for a newer version, `storage-failed`
 */
export async function unpackBundle(path: string, target: string): Promise<BundleManifest> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw badBundle('it cannot be opened', cause);
  });
  try {
    const { manifest, stateStart } = await readHead(file);
    await copyState(file, stateStart, manifest, target);
    return manifest;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw badBundle('it cannot be read', error);
  } finally {
    await file.close();
  }
}

interface Head {
  readonly manifest: BundleManifest;
  /** First byte of the state. */
  readonly stateStart: number;
}

async function readHead(file: FileHandle): Promise<Head> {
  const { size: fileBytes } = await file.stat();
  const first = parseTarHeader(await readExactly(file, 0, BLOCK));
  if (first.path !== MANIFEST_NAME) throw badBundle('it does not begin with its description');
  if (first.size > Math.min(MAX_MANIFEST_BYTES, fileBytes)) throw badBundle('its description is too long');
  const manifest = parseManifest(await readExactly(file, BLOCK, first.size));
  const secondAt = BLOCK + first.size + paddingOf(first.size);
  const second = parseTarHeader(await readExactly(file, secondAt, BLOCK));
  if (second.path !== STATE_NAME) throw badBundle('its second part is not a state');
  if (second.size !== manifest.stateBytes) throw badBundle('it contradicts itself on the size of its state');
  const stateStart = secondAt + BLOCK;
  await checkEnd(file, stateStart + second.size, fileBytes);
  return { manifest, stateStart };
}

/** Nothing but zeros may follow the state. */
async function checkEnd(file: FileHandle, stateEnd: number, fileBytes: number): Promise<void> {
  const rest = fileBytes - stateEnd;
  if (rest < paddingOf(stateEnd) + 2 * BLOCK) throw badBundle('it is cut off');
  if (rest > MAX_END_BYTES + BLOCK) throw badBundle('there is more in it than belongs there');
  if ((await readExactly(file, stateEnd, rest)).some((byte) => byte !== 0))
    throw badBundle('there is more in it than belongs there');
}

async function copyState(file: FileHandle, start: number, manifest: BundleManifest, target: string): Promise<void> {
  const hash = createHash('sha256');
  const out = await open(target, 'wx').catch((cause: unknown) => {
    throw bundleNotWritten(cause);
  });
  let kept = false;
  try {
    for (let done = 0; done < manifest.stateBytes; done += MEBIBYTE) {
      const piece = await readExactly(file, start + done, Math.min(MEBIBYTE, manifest.stateBytes - done));
      hash.update(piece);
      await writeOut(() => out.writeFile(piece));
    }
    await writeOut(() => out.sync());
    if (hash.digest('hex') !== manifest.sha256) throw badBundle('its state is damaged');
    kept = true;
  } finally {
    await out.close();
    if (!kept) await rm(target, { force: true });
  }
}

async function writeOut(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw bundleNotWritten(cause);
  }
}

async function readExactly(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw badBundle('it is cut off');
    done += bytesRead;
  }
  return bytes;
}
