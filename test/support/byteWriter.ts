/** Builds the bytes of a file front to back, little-endian. For the writers of test files. */
export class ByteWriter {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  bytes(bytes: Uint8Array): this {
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

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
