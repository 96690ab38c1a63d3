/**
 * The running SHA-256 over the tokens read so far, which names a prefix. It can be cloned (forks) and written down
 * half-way (snapshots), so that a restored session goes on hashing without the tokens it read before.
 */
import { _SHA256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

const BLOCK_BYTES = 64;
const CHAIN_WORDS = 8;

/** SHA-256 whose inner state can be read and set; the package offers that to subclasses only. */
class ResumableSha256 extends _SHA256 {
  /** The chaining value (8 words, big-endian) followed by the bytes of the unfinished block. */
  midstate(): Uint8Array {
    const bytes = new Uint8Array(4 * CHAIN_WORDS + this.pos);
    const view = new DataView(bytes.buffer);
    this.get().forEach((word, i) => view.setUint32(4 * i, word));
    bytes.set(this.buffer.subarray(0, this.pos), 4 * CHAIN_WORDS);
    return bytes;
  }

  resume(midstate: Uint8Array, length: number): void {
    const view = new DataView(midstate.buffer, midstate.byteOffset);
    const word = (i: number): number => view.getUint32(4 * i);
    this.set(word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7));
    this.buffer.set(midstate.subarray(4 * CHAIN_WORDS));
    this.pos = midstate.length - 4 * CHAIN_WORDS;
    this.length = length;
  }
}

export class PrefixHash {
  readonly #sha: ResumableSha256;
  #tokenCount: number;

  private constructor(sha: ResumableSha256, tokenCount: number) {
    this.#sha = sha;
    this.#tokenCount = tokenCount;
  }

  static empty(): PrefixHash {
    return new PrefixHash(new ResumableSha256(), 0);
  }

  /**
   * Goes on from what `midstate` returned after `tokenCount` tokens; undefined when the text cannot be that. Whether it
   * is the right one only the resulting `hex` tells.
   */
  static resume(midstate: string, tokenCount: number): PrefixHash | undefined {
    const byteLength = 4 * CHAIN_WORDS + ((4 * tokenCount) % BLOCK_BYTES);
    if (midstate.length !== 2 * byteLength || !/^[0-9a-f]*$/.test(midstate)) return undefined;
    const sha = new ResumableSha256();
    sha.resume(hexToBytes(midstate), 4 * tokenCount);
    return new PrefixHash(sha, tokenCount);
  }

  /** Tokens hashed so far: the position. */
  get tokenCount(): number {
    return this.#tokenCount;
  }

  /** Appends tokens, each as a little-endian u32. */
  add(tokens: ArrayLike<number>): void {
    const view = new DataView(new ArrayBuffer(4 * tokens.length));
    for (let i = 0; i < tokens.length; i++) view.setUint32(4 * i, tokens[i] ?? 0, true);
    this.#sha.update(new Uint8Array(view.buffer));
    this.#tokenCount += tokens.length;
  }

  /** SHA-256 (hex) over the tokens so far. */
  get hex(): string {
    return bytesToHex(this.#copyOfSha().digest());
  }

  /** What `resume` needs, in hex: 32 bytes and the up to 60 of the unfinished block. */
  get midstate(): string {
    return bytesToHex(this.#sha.midstate());
  }

  clone(): PrefixHash {
    return new PrefixHash(this.#copyOfSha(), this.#tokenCount);
  }

  #copyOfSha(): ResumableSha256 {
    const copy = new ResumableSha256();
    this.#sha._cloneInto(copy);
    return copy;
  }
}
