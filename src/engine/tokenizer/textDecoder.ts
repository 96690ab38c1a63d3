/** Turns a stream of token bytes into text: a character whose bytes are spread over several tokens comes out whole. */

export class TokenTextDecoder {
  // A byte-order mark inside an answer is a character like any other.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The last bytes of the stream, 3 at most: an incomplete character has no more. */
  #tail: readonly number[] = [];

  /** Bytes that wait for the rest of their character: 0 … 3. */
  get pendingBytes(): number {
    return incompleteBytes(this.#tail);
  }

  /** Takes the bytes of the next token; returns the text that is complete with them. Invalid UTF-8 becomes U+FFFD. */
  push(bytes: Uint8Array): string {
    this.#tail = [...this.#tail, ...bytes.subarray(-3)].slice(-3);
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** The stream ended: an incomplete character becomes U+FFFD. The decoder is as new then. */
  flush(): string {
    this.#tail = [];
    return this.#decoder.decode();
  }
}

/** How many bytes at the end of `tail` begin a character of UTF-8 without completing it. */
function incompleteBytes(tail: readonly number[]): number {
  for (let start = 0; start < tail.length; start++) {
    const [lead = 0, ...rest] = tail.slice(start);
    if (characterBytes(lead) > 1 + rest.length && rest.every((byte, i) => mayFollow(lead, i, byte)))
      return 1 + rest.length;
  }
  return 0;
}

/** The bytes of a character by its first byte; 0 where none begins so. */
function characterBytes(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Whether `byte` may stand `index` places after the byte that follows `lead` (Unicode 16, table 3-7). */
function mayFollow(lead: number, index: number, byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (index > 0) return true;
  // Else the character would be encoded longer than need be, or be a surrogate, or lie beyond U+10FFFF.
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90;
  return lead !== 0xf4 || byte <= 0x8f;
}
