/**
 * Header blocks of an uncompressed tar archive with regular files only. Strict: a bundle may come from anyone, so that
 * whatever we would not have written ourselves is refused. Source: POSIX ustar (IEEE Std 1003.1).
 */
import { badBundle } from './bundleErrors.ts';

/** An archive is a row of blocks of this size: one header a file, then its bytes, padded; two zero blocks at the end. */
export const BLOCK = 512;

export interface TarEntry {
  /** Up to 100 ASCII letters. */
  readonly path: string;
  /** Bytes; below 8 GiB. */
  readonly size: number;
}

const NAME = { start: 0, length: 100 };
const SIZE = { start: 124, length: 12 };
const CHECKSUM = { start: 148, length: 8 };
const TYPE = 156;
const MAGIC = { start: 257, text: 'ustar\x0000' };
const REGULAR = '0'.charCodeAt(0);
const MAX_SIZE = 8 ** 11 - 1;

/** Mode, owner and group, time: the same for everyone, so that equal content gives equal bundles. */
const FIXED_FIELDS = [
  [100, '0000644\0'],
  [108, '0000000\0'],
  [116, '0000000\0'],
  [136, '00000000000\0'],
] as const;

/** Bytes of zeros after a file's own. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

export function tarHeader({ path, size }: TarEntry): Uint8Array {
  if (size > MAX_SIZE || path.length > NAME.length) throw new Error(`Internal error: ${path} does not fit into a tar`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, NAME.start, 'latin1');
  for (const [start, text] of FIXED_FIELDS) block.write(text, start, 'latin1');
  block.write(`${size.toString(8).padStart(SIZE.length - 1, '0')}\0`, SIZE.start, 'latin1');
  block[TYPE] = REGULAR;
  block.write(MAGIC.text, MAGIC.start, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, CHECKSUM.start, 'latin1');
  return block;
}

/** @throws EngineError `snapshot-unreadable` for anything but the header of a regular file */
export function parseTarHeader(bytes: Uint8Array): TarEntry {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (block.length < BLOCK) throw badBundle('it is cut off');
  if (block.toString('latin1', MAGIC.start, MAGIC.start + 5) !== 'ustar') throw badBundle('it is no tar archive');
  if (octal(block, CHECKSUM) !== checksumOf(block)) throw badBundle('a header is damaged');
  if (block[TYPE] !== REGULAR && block[TYPE] !== 0) throw badBundle('it holds a link or a folder');
  const path = block.toString('latin1', NAME.start, NAME.start + NAME.length).split('\0', 1)[0] ?? '';
  return { path, size: octal(block, SIZE) };
}

/** The sum of a header's bytes, its own field counted as spaces. */
function checksumOf(block: Buffer): number {
  const { start, length } = CHECKSUM;
  return block.reduce((sum, byte, at) => sum + (at >= start && at < start + length ? 0x20 : byte), 0);
}

function octal(block: Buffer, { start, length }: { start: number; length: number }): number {
  const digits = /^ *([0-7]+)[\0 ]*$/.exec(block.toString('latin1', start, start + length))?.[1];
  if (digits === undefined) throw badBundle('a header has no number where one belongs');
  return Number.parseInt(digits, 8);
}
