/** A tokenizer over all single bytes (id = byte + 1) and a few longer tokens (from id 257), for tests without a vocabulary file. */
import type { Tokenizer } from '../../src/engine/tokenizer/types.ts';

export function createFakeTokenizer(longTokens: readonly (string | Uint8Array)[] = []): Tokenizer {
  const bytesById = new Map<number, Buffer>();
  for (let byte = 0; byte < 256; byte++) bytesById.set(byte + 1, Buffer.from([byte]));
  longTokens.forEach((text, i) => bytesById.set(257 + i, Buffer.from(text)));
  const longestFirst = [...bytesById].sort(([, a], [, b]) => b.length - a.length);
  const bytesOf = (token: number): Uint8Array => bytesById.get(token) ?? new Uint8Array();

  const encodeBytes = (bytes: Uint8Array): Uint32Array<ArrayBuffer> => {
    const tokens: number[] = [];
    for (let rest = Buffer.from(bytes); rest.length > 0; ) {
      const found = longestFirst.find(([, token]) => rest.subarray(0, token.length).equals(token));
      if (!found) throw new Error('every byte has a token');
      tokens.push(found[0]);
      rest = rest.subarray(found[1].length);
    }
    return Uint32Array.from(tokens);
  };

  return {
    size: 257 + longTokens.length,
    encode: (text) => encodeBytes(Buffer.from(text)),
    encodeBytes,
    bytesOf,
    decode: (tokens) => Buffer.concat(Array.from(tokens, bytesOf)).toString(),
    has: (token) => bytesById.has(token),
  };
}
