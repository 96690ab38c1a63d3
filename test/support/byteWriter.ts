/** Builds the bytes of a file front to back, little-endian. For the writers of test files. */
import type { ByteSource } from '../../src/engine/formats/byteSource.ts';

/** So many bytes that nobody writes down: files larger than any memory. A Uint8Array is one, too, with its bytes known. */
export interface Hole {
  readonly length: number;
}

export class ByteWriter {
  private readonly parts: (Uint8Array | Hole)[] = [];
  length = 0;

  bytes(bytes: Uint8Array | Hole): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  u8(...values: readonly number[]): this {
    return this.bytes(Uint8Array.from(values));
  }

  u16(value: number): this {
    return this.u8(value & 255, (value >> 8) & 255);
  }

  u32(value: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  u64(value: number | bigint): this {
    return this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  /** Zeros up to a multiple of `alignment`. */
  align(alignment: number): this {
    return this.bytes(new Uint8Array((alignment - (this.length % alignment)) % alignment));
  }

  /** What another writer has, behind what this one has. */
  append(other: ByteWriter): this {
    for (const part of other.parts) this.bytes(part);
    return this;
  }

  /** The bytes that are known, with their places. */
  *known(): Generator<{ readonly at: number; readonly bytes: Uint8Array }> {
    let at = 0;
    for (const part of this.parts) {
      if (part instanceof Uint8Array && part.length > 0) yield { at, bytes: part };
      at += part.length;
    }
  }

  /** The file without its bytes ever being together in memory; holes are full of `filler`. */
  source(name: string, filler: number): ByteSource {
    const starts: number[] = [];
    for (let at = 0, i = 0; i < this.parts.length; i++) {
      starts.push(at);
      at += this.parts[i]?.length ?? 0;
    }
    return {
      name,
      size: this.length,
      read: (offset, length, into) => {
        // Filled byte by byte even where it is nought: memory that nobody has touched would not be counted.
        const out = (into?.subarray(0, length) ?? new Uint8Array(length)).fill(filler);
        let i = starts.findLastIndex((start) => start <= offset);
        for (; i < this.parts.length && (starts[i] ?? 0) < offset + length; i++) {
          const [part, start] = [this.parts[i], starts[i] ?? 0];
          if (!(part instanceof Uint8Array)) continue;
          const from = Math.max(0, offset - start);
          out.set(part.subarray(from, Math.max(from, offset + length - start)), Math.max(0, start - offset));
        }
        return Promise.resolve(out);
      },
      close: () => Promise.resolve(),
    };
  }

  /** The whole file; holes are zeros. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      if (part instanceof Uint8Array) out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
