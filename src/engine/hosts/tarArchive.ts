/** Reads the Brotli-compressed tar archives that come with npm packages, and unpacks one into a cache folder once. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { EngineError } from '../api/errors.ts';

/** A tar archive is a row of blocks of this size: one header block a file, then its bytes, padded. Source: POSIX ustar. */
const BLOCK = 512;
/** Field offsets in a header block. */
const NAME = { start: 0, end: 100 };
const SIZE = { start: 124, end: 136 };
const TYPE = 156;

export interface ArchivedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const textField = (block: Buffer, { start, end }: { start: number; end: number }): string =>
  block.toString('latin1', start, end).split('\0')[0] ?? '';

/** The regular files of an uncompressed ustar archive; folders and links are left out. */
export function* filesInTar(tar: Uint8Array): Generator<ArchivedFile> {
  const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  let offset = 0;
  // Two zero blocks end an archive, so that a zero byte where a name should start is the end.
  while (offset + BLOCK <= bytes.length && bytes[offset] !== 0) {
    const header = bytes.subarray(offset, offset + BLOCK);
    const size = Number.parseInt(textField(header, SIZE), 8) || 0;
    const type = header[TYPE];
    const start = offset + BLOCK;
    if (type === 0 || type === '0'.charCodeAt(0))
      yield { path: textField(header, NAME), bytes: bytes.subarray(start, start + size) };
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/**
 * Unpacks a `.tar.br` below `cacheFolder` and returns the folder with its files. The folder is named by the archive's
 * hash and appears whole, by a rename: several processes may do this at once, and an interrupted one leaves no half.
 * @throws EngineError `storage-failed`
 */
export function unpackOnce(archive: string, cacheFolder: string, label: string): string {
  const compressed = readFileSync(archive);
  const hash = createHash('sha256').update(compressed).digest('hex').slice(0, 16);
  const folder = join(cacheFolder, `${label}-${hash}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${randomUUID()}`;
  try {
    for (const { path, bytes } of filesInTar(brotliDecompressSync(compressed))) {
      const target = join(partial, path);
      if (!target.startsWith(partial + sep)) throw new Error(`${path} would leave the folder`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes, { mode: 0o755 });
    }
    renameSync(partial, folder);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    // Another process may have been faster: its folder is as good as ours.
    if (existsSync(folder)) return folder;
    throw new EngineError('storage-failed', `${archive} cannot be unpacked into ${cacheFolder}.`, {
      cause,
      nextStep: 'Check that the folder is writable and the disk is not full.',
    });
  }
  return folder;
}
