/** Text ↔ token ids. Token 0 is the end of text: it is never produced by `encode` and decodes to nothing. */
export interface Tokenizer {
  /** One more than the highest id of the vocabulary. */
  readonly size: number;
  /** Greedy longest match over UTF-8 bytes; lone surrogates become U+FFFD first. */
  encode(text: string): Uint32Array<ArrayBuffer>;
  encodeBytes(bytes: Uint8Array): Uint32Array<ArrayBuffer>;
  /** The bytes of a token; empty for 0 and for ids without a vocabulary entry. */
  bytesOf(token: number): Uint8Array;
  /** Decodes whole token lists; invalid UTF-8 becomes U+FFFD. For streams use `TokenTextDecoder`. */
  decode(tokens: ArrayLike<number>): string;
  /** True when the vocabulary has an entry for this id (padding rows of the model have none). */
  has(token: number): boolean;
}
