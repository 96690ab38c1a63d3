/**
 * How stored weights become f32: one entry per format. A new quantisation is a file like `q8_0.ts` and one entry here
 * (and its name in `TensorFormat`).
 */
import { bf16ToF32, f16ToF32 } from './halfFloat.ts';
import { dequantiseQ4_0, Q4_0_BYTES, Q4_0_ELEMENTS } from './q4_0.ts';
import { dequantiseQ8_0, Q8_0_BYTES, Q8_0_ELEMENTS } from './q8_0.ts';
import type { TensorFormat } from './weightSource.ts';

export interface BlockFormat {
  /** Weights that share a block; 1 for plain floats. Blocks never cross the rows of a tensor. */
  readonly elements: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** The type's number in GGUF files (ggml_type). */
  readonly ggmlType: number;
  /** Whole blocks → f32. `bytes` may have any alignment; `out` holds `elements` numbers a block. */
  dequantise(bytes: Uint8Array, out: Float32Array): void;
}

/** The bytes as 16-bit units, copied only where their alignment forces it. */
function halves(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}

export const BLOCK_FORMATS: Readonly<Record<TensorFormat, BlockFormat>> = {
  f32: {
    elements: 1,
    bytes: 4,
    ggmlType: 0,
    dequantise: (bytes, out) => new Uint8Array(out.buffer, out.byteOffset, bytes.byteLength).set(bytes),
  },
  f16: { elements: 1, bytes: 2, ggmlType: 1, dequantise: (bytes, out) => f16ToF32(halves(bytes), out) },
  bf16: { elements: 1, bytes: 2, ggmlType: 30, dequantise: (bytes, out) => bf16ToF32(halves(bytes), out) },
  q8_0: { elements: Q8_0_ELEMENTS, bytes: Q8_0_BYTES, ggmlType: 8, dequantise: dequantiseQ8_0 },
  q4_0: { elements: Q4_0_ELEMENTS, bytes: Q4_0_BYTES, ggmlType: 2, dequantise: dequantiseQ4_0 },
};

/** The number of weights in a shape; [] is a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
