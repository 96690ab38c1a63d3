/** The real tokenizer over a tiny vocabulary: all single bytes (id = byte + 1) and a few longer tokens (from id 257). */
import { createTokenizer } from '../../src/engine/tokenizer/tokenizer.ts';
import type { Tokenizer } from '../../src/engine/tokenizer/types.ts';

export function createTinyTokenizer(longTokens: readonly (string | Uint8Array)[] = []): Tokenizer {
  const vocabulary = new Map<number, Uint8Array>();
  for (let byte = 0; byte < 256; byte++) vocabulary.set(byte + 1, Uint8Array.of(byte));
  for (const [i, token] of longTokens.entries())
    vocabulary.set(257 + i, typeof token === 'string' ? new TextEncoder().encode(token) : token);
  return createTokenizer(vocabulary);
}
