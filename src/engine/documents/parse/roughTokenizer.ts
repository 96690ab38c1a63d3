/** Stands in where no vocabulary is loaded: four bytes a token, the usual ratio. For finding sections, not for reading. */
import type { Tokenizer } from '../../tokenizer/types.ts';

const BYTES_PER_TOKEN = 4;

export function roughTokenizer(): Tokenizer {
  const encoder = new TextEncoder();
  const encodeBytes = (bytes: Uint8Array): Uint32Array<ArrayBuffer> =>
    new Uint32Array(Math.ceil(bytes.length / BYTES_PER_TOKEN));
  return {
    size: 0,
    encode: (text) => encodeBytes(encoder.encode(text)),
    encodeBytes,
    bytesOf: () => new Uint8Array(0),
    decode: () => '',
    has: () => false,
  };
}
