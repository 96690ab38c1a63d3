/**
 * Encodes a text of any length piece by piece: the tokens are those of the whole text, wherever it was cut, and only a
 * short tail is kept in memory.
 */
import type { Tokenizer } from './types.ts';

export class StreamEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #encoder = new TextEncoder();
  readonly #maxTokenLength: number;
  /** Bytes whose tokens may still depend on what follows. */
  #pending: Uint8Array = new Uint8Array(0);
  /** The first half of a surrogate pair that was cut in two. */
  #highSurrogate = '';

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    this.#maxTokenLength = longestToken(tokenizer);
  }

  /** Takes the next piece; returns the tokens that are certain by now. */
  push(piece: string): Uint32Array<ArrayBuffer> {
    const text = this.#highSurrogate + piece;
    const end = /[\ud800-\udbff]$/u.test(text) ? text.length - 1 : text.length;
    this.#highSurrogate = text.slice(end);
    return this.#add(this.#encoder.encode(text.slice(0, end)));
  }

  /** Takes the next piece as bytes. */
  pushBytes(piece: Uint8Array): Uint32Array<ArrayBuffer> {
    const before = this.#encoder.encode(this.#highSurrogate);
    this.#highSurrogate = '';
    return this.#add(before.length === 0 ? piece : concat(before, piece));
  }

  /** The text ended: returns the tokens of the tail. The encoder can then begin another text. */
  flush(): Uint32Array<ArrayBuffer> {
    const tail = concat(this.#pending, this.#encoder.encode(this.#highSurrogate));
    this.#pending = new Uint8Array(0);
    this.#highSurrogate = '';
    return this.#tokenizer.encodeBytes(tail);
  }

  /**
   * A token is certain when the longest token of the vocabulary would have fitted where it begins: then the greedy match
   * had all it could use, and bytes that come later cannot change it.
   */
  #add(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
    const known = concat(this.#pending, bytes);
    const tokens = this.#tokenizer.encodeBytes(known);
    let [count, at] = [0, 0];
    for (; count < tokens.length && at + this.#maxTokenLength <= known.length; count++)
      at += this.#tokenizer.bytesOf(tokens[count] ?? 0).length;
    this.#pending = known.slice(at);
    return tokens.slice(0, count);
  }
}

function longestToken(tokenizer: Tokenizer): number {
  let longest = 0;
  for (let token = 0; token < tokenizer.size; token++) longest = Math.max(longest, tokenizer.bytesOf(token).length);
  return longest;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
