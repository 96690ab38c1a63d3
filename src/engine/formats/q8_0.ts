/** GGML's Q8_0: blocks of 32 weights, each a scale d (f16) and 32 signed bytes q; the weight is d·q. */
import { f16Bits, f16Value } from './halfFloat.ts';

export const Q8_0_ELEMENTS = 32;
export const Q8_0_BYTES = 34;

/** Whole blocks → f32. `out` holds 32 numbers a block. */
export function dequantiseQ8_0(bytes: Uint8Array, out: Float32Array): void {
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, to = 0; at < bytes.length; at += Q8_0_BYTES, to += Q8_0_ELEMENTS) {
    const scale = f16Value((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
    for (let e = 0; e < Q8_0_ELEMENTS; e++) out[to + e] = scale * (signed[at + 2 + e] ?? 0);
  }
}

/**
 * f32 → whole blocks; the length of `values` must be a multiple of 32. The scale is max|x| / 127 before its rounding to
 * f16, and quants round half away from zero, as GGML's reference quantiser does.
 */
export function quantiseQ8_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  if (values.length % Q8_0_ELEMENTS !== 0)
    throw new RangeError(`Q8_0 needs a multiple of 32 numbers, not ${values.length}`);
  const bytes = new Uint8Array((values.length / Q8_0_ELEMENTS) * Q8_0_BYTES);
  for (let from = 0, at = 0; from < values.length; from += Q8_0_ELEMENTS, at += Q8_0_BYTES) {
    const block = values.subarray(from, from + Q8_0_ELEMENTS);
    const scale = block.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) / 127;
    const bits = f16Bits(scale);
    bytes[at] = bits & 255;
    bytes[at + 1] = bits >>> 8;
    if (scale > 0) block.forEach((x, e) => (bytes[at + 2 + e] = Math.sign(x) * Math.floor(Math.abs(x / scale) + 0.5)));
  }
  return bytes;
}
