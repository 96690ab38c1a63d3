/** Which document this is, wherever its file lies, and whether the part that was read is still the same. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ByteSource } from '../formats/byteSource.ts';
import { readBytes } from './readBytes.ts';

const MEBIBYTE = 1024 * 1024;

/** Size and beginning name a document; its path does not, so a moved or renamed file is recognised. */
export interface DocumentIdentity {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 (hex) of the first MiB. */
  readonly headHash: string;
}

/** @throws EngineError `document-unreadable` */
export async function identifyDocument(source: ByteSource): Promise<DocumentIdentity> {
  const head = new ConsumedHash(source);
  await head.advanceTo(Math.min(MEBIBYTE, source.size));
  return { size: source.size, headHash: head.hex };
}

/** The SHA-256 of a document's bytes from the start to a place that moves forward; each byte is hashed once. */
export class ConsumedHash {
  readonly #source: ByteSource;
  readonly #sha = sha256.create();
  #end = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Bytes hashed so far. */
  get end(): number {
    return this.#end;
  }

  /** SHA-256 (hex) of the bytes so far. */
  get hex(): string {
    return bytesToHex(this.#sha.clone().digest());
  }

  /**
   * Hashes on up to `end`, exclusive. Going back is not possible and does nothing.
   * @throws EngineError `document-unreadable`
   */
  async advanceTo(end: number): Promise<void> {
    while (this.#end < end) {
      const length = Math.min(MEBIBYTE, end - this.#end);
      this.#sha.update(await readBytes(this.#source, this.#end, length));
      this.#end += length;
    }
  }
}
