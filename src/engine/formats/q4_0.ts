/**
 * GGML's Q4_0: blocks of 32 weights, each a scale d (f16) and 16 bytes; byte i holds weight i in its low and weight i + 16
 * in its high nibble n; the weight is d·(n − 8).
 */
import { f16Value } from './halfFloat.ts';

export const Q4_0_ELEMENTS = 32;
export const Q4_0_BYTES = 18;

/** Whole blocks → f32. `out` holds 32 numbers a block. */
export function dequantiseQ4_0(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += Q4_0_BYTES, to += Q4_0_ELEMENTS) {
    const scale = f16Value((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 2 + i] ?? 0;
      out[to + i] = scale * ((pair & 15) - 8);
      out[to + 16 + i] = scale * ((pair >> 4) - 8);
    }
  }
}
