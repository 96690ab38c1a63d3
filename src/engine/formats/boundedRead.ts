/**
 * The only door between the parsers and a file: every range is checked against the file's size before memory is taken
 * for it, and headers have an upper bound of their own.
 */
import type { ByteSource } from './byteSource.ts';
import { unreadable } from './modelErrors.ts';

/** No header of a model file comes near this; a vocabulary of 65536 tokens takes 1.5 MiB. */
export const MAX_HEADER_BYTES = 64 * 2 ** 20;

/** No released model has more than 2100 tensors. */
export const MAX_TENSORS = 65536;

/** No tensor of any model has more. */
export const MAX_DIMENSIONS = 8;

/** @throws EngineError `model-unreadable` unless `[offset, offset + length)` lies in the first `size` bytes. */
export function requireRange(file: string, size: number, offset: number, length: number, what: string): void {
  const sound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!sound || length > size - offset)
    throw unreadable(file, `${what} reaches outside the file (bytes ${offset} + ${length} of ${size})`);
}

/**
 * Reads exactly `[offset, offset + length)`; `into` as in `ByteSource`.
 * @throws EngineError `model-unreadable` when the file does not hold that range.
 */
export async function readRange(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
  into?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  requireRange(source.name, source.size, offset, length, what);
  const bytes = await source.read(offset, length, into);
  if (bytes.byteLength !== length)
    throw unreadable(source.name, `${what} could not be read whole (${bytes.byteLength} of ${length} bytes)`);
  return bytes;
}

/** As `readRange`, for headers: refuses more than `limit` bytes, however large the file is. */
export function readHeader(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
  limit = MAX_HEADER_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  if (length > limit) throw unreadable(source.name, `${what} claims ${length} bytes, more than any model file needs`);
  return readRange(source, offset, length, what);
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A little-endian u64 as a number; @throws EngineError `model-unreadable` from 2⁵³ on, where no size or offset can be. */
export function readU64(file: string, view: DataView, offset: number, what: string): number {
  const value = view.getBigUint64(offset, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw unreadable(file, `${what} is an impossible number (${value})`);
  return Number(value);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strict UTF-8; @throws EngineError `model-unreadable`. */
export function readText(file: string, bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw unreadable(file, `${what} is not UTF-8 text`);
  }
}
