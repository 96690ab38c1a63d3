/** Byte sources that watch how they are read, or that hold more zeros than any disk. */
import type { ByteSource } from '../../src/engine/formats/byteSource.ts';
import { unreadable } from '../../src/engine/formats/modelErrors.ts';

export interface WatchedSource extends ByteSource {
  /** Bytes asked for in all, and by the largest single read. */
  readonly asked: { total: number; largest: number };
}

/** A file of `hole` zeros around given bytes: `before` zeros first, `after` zeros at the end. Refuses what a host would. */
export function watchedSource(
  bytes: Uint8Array<ArrayBuffer>,
  hole: { before?: number; after?: number } = {},
): WatchedSource {
  const { before = 0, after = 0 } = hole;
  const size = before + bytes.length + after;
  const asked = { total: 0, largest: 0 };
  return {
    name: 'model.bin',
    size,
    asked,
    read: (offset, length) => {
      asked.total += length;
      asked.largest = Math.max(asked.largest, length);
      if (offset < 0 || length < 0 || offset + length > size)
        return Promise.reject(unreadable('model.bin', 'read outside of the file'));
      const out = new Uint8Array(length);
      const from = Math.max(0, offset - before);
      const part = bytes.subarray(from, Math.max(from, offset + length - before));
      if (part.length > 0) out.set(part, Math.max(0, before - offset));
      return Promise.resolve(out);
    },
    close: () => Promise.resolve(),
  };
}
