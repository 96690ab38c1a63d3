/** Reads a header whose length is not known beforehand, front to back, in pieces. */
import { MAX_HEADER_BYTES, readRange, readText, readU64, requireRange, viewOf } from './boundedRead.ts';
import type { ByteSource } from './byteSource.ts';
import { unreadable } from './modelErrors.ts';

const PIECE_BYTES = 256 * 1024;

export class ForwardReader {
  private readonly source: ByteSource;
  private piece = new Uint8Array(0);
  private pieceStart = 0;
  /** Offset in the file of the next byte. */
  position = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get file(): string {
    return this.source.name;
  }

  /**
   * The next `length` bytes, valid until the next call.
   * @throws EngineError `model-unreadable` past the end of the file or of what a header may take.
   */
  async bytes(length: number, what: string): Promise<Uint8Array> {
    this.require(length, what);
    if (this.position + length > this.pieceStart + this.piece.length) {
      const wanted = Math.min(Math.max(length, PIECE_BYTES), this.source.size - this.position);
      this.piece = await readRange(this.source, this.position, wanted, what);
      this.pieceStart = this.position;
    }
    const start = this.position - this.pieceStart;
    this.position += length;
    return this.piece.subarray(start, start + length);
  }

  /** Passes over bytes without reading them. */
  skip(length: number, what: string): void {
    this.require(length, what);
    this.position += length;
  }

  async u32(what: string): Promise<number> {
    return viewOf(await this.bytes(4, what)).getUint32(0, true);
  }

  async u64(what: string): Promise<number> {
    return readU64(this.file, viewOf(await this.bytes(8, what)), 0, what);
  }

  /** A u64 that counts things of at least `itemBytes` bytes each, all still to come. */
  async count(itemBytes: number, limit: number, what: string): Promise<number> {
    const count = await this.u64(what);
    if (count > limit || count * itemBytes > this.source.size - this.position)
      throw unreadable(this.file, `it claims ${count} ${what}`);
    return count;
  }

  /** Bytes preceded by their length (u64), valid until the next call. */
  async prefixed(limit: number, what: string): Promise<Uint8Array> {
    const length = await this.u64(what);
    if (length > limit) throw unreadable(this.file, `${what} claims ${length} bytes`);
    return this.bytes(length, what);
  }

  async text(limit: number, what: string): Promise<string> {
    return readText(this.file, await this.prefixed(limit, what), what);
  }

  private require(length: number, what: string): void {
    requireRange(this.file, this.source.size, this.position, length, what);
    if (this.position + length > MAX_HEADER_BYTES)
      throw unreadable(this.file, `its header is longer than any model file needs (at ${what})`);
  }
}
