/** The RWKV World tokenizer: greedy longest match over bytes, from left to right, without merges or normalisation. */
import { EngineError } from '../api/errors.ts';
import { ByteTrie } from './trie.ts';
import type { Tokenizer } from './types.ts';
import { HIGHEST_ID } from './vocabulary.ts';

/**
 * Makes the tokenizer of a vocabulary (token bytes by id). Every byte string can be encoded, and decoding gives it back.
 * @throws EngineError `vocabulary-unreadable` when id 0 is taken, a token is empty or there twice, or one of the 256
 *   single bytes is missing
 */
export function createTokenizer(vocabulary: ReadonlyMap<number, Uint8Array>): Tokenizer {
  checkVocabulary(vocabulary);
  return new ByteTokenizer(vocabulary);
}

class ByteTokenizer implements Tokenizer {
  readonly size: number;
  readonly #trie: ByteTrie;
  /** The bytes of all tokens, one after the other by id; token t is `[starts[t], starts[t + 1])`. */
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #starts: Uint32Array<ArrayBuffer>;
  readonly #encoder = new TextEncoder();

  constructor(vocabulary: ReadonlyMap<number, Uint8Array>) {
    this.#trie = new ByteTrie(vocabulary);
    this.size = [...vocabulary.keys()].reduce((highest, id) => Math.max(highest, id), 0) + 1;
    this.#starts = new Uint32Array(this.size + 1);
    for (let id = 0, end = 0; id < this.size; id++) this.#starts[id + 1] = end += vocabulary.get(id)?.length ?? 0;
    this.#bytes = new Uint8Array(this.#starts[this.size] ?? 0);
    for (const [id, bytes] of vocabulary) this.#bytes.set(bytes, this.#starts[id]);
  }

  encode(text: string): Uint32Array<ArrayBuffer> {
    // TextEncoder itself turns lone surrogates into U+FFFD.
    return this.encodeBytes(this.#encoder.encode(text));
  }

  encodeBytes(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
    const tokens = new Uint32Array(bytes.length);
    let count = 0;
    for (let at = 0; at < bytes.length; count++) {
      // Never 0, as every single byte is a token: `at` always moves on.
      const token = this.#trie.longestMatch(bytes, at, bytes.length);
      tokens[count] = token;
      at += (this.#starts[token + 1] ?? 0) - (this.#starts[token] ?? 0);
    }
    return tokens.slice(0, count);
  }

  bytesOf(token: number): Uint8Array {
    return this.has(token) ? this.#bytes.subarray(this.#starts[token], this.#starts[token + 1]) : new Uint8Array(0);
  }

  decode(tokens: ArrayLike<number>): string {
    const pieces = Array.from(tokens, (token) => this.bytesOf(token));
    const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    // A byte-order mark is a character like any other here.
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  has(token: number): boolean {
    const [start, end] = [this.#starts[token], this.#starts[token + 1]];
    return start !== undefined && end !== undefined && start < end;
  }
}

function checkVocabulary(vocabulary: ReadonlyMap<number, Uint8Array>): void {
  const singleBytes = new Set<number>();
  for (const [id, bytes] of vocabulary) {
    const [first] = bytes;
    if (!Number.isInteger(id) || id < 1 || id > HIGHEST_ID) throw unusable(`id ${id} is not within 1 … ${HIGHEST_ID}`);
    if (first === undefined) throw unusable(`token ${id} is empty`);
    if (bytes.length === 1) singleBytes.add(first);
  }
  for (let byte = 0; byte < 256; byte++)
    if (!singleBytes.has(byte))
      throw unusable(`no token stands for the single byte ${byte}, so that not every text can be encoded`);
}

const unusable = (problem: string): EngineError =>
  new EngineError('vocabulary-unreadable', `The vocabulary cannot be used: ${problem}.`, {
    nextStep: 'Use an RWKV World vocabulary, or a part of one that keeps all single bytes.',
  });
