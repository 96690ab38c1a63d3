/** A model's weights on the device, and how they are asked for; who fills them is another's business. */
import type { WeightFormat } from '../kernels/weightFormats.ts';
import type { Matrix, Span } from './matrix.ts';

/** One layer's weights; names follow the official tensors. */
export interface LayerWeights {
  /** [LAYER_VECTORS.length][width] f32. */
  readonly vectors: Span;
  readonly receptance: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly output: Matrix;
  readonly w1: Matrix;
  readonly w2: Matrix;
  readonly a1: Matrix;
  readonly a2: Matrix;
  readonly g1: Matrix;
  readonly g2: Matrix;
  /** Absent in layer 0, which is where v comes from. */
  readonly valueResidual: { readonly v1: Matrix; readonly v2: Matrix } | undefined;
  readonly ffnKey: Matrix;
  readonly ffnValue: Matrix;
}

/**
 * Consecutive layers whose weights one dispatch can bind: of each kind a buffer, layer behind layer. Scales: of each layer
 * those of r, k, v, output, ffn key, ffn value.
 */
export interface LayerRange {
  readonly first: number;
  readonly count: number;
  /** Of all block matrices. */
  readonly format: WeightFormat;
  readonly projections: GPUBuffer;
  readonly output: GPUBuffer;
  readonly ffnKey: GPUBuffer;
  readonly ffnValue: GPUBuffer;
  readonly scales: GPUBuffer;
  /** f16: w1, a1, g1, v1 of each layer; layer 0 has zeros for v1. */
  readonly adaptersIn: GPUBuffer;
  readonly adaptersOut: GPUBuffer;
  readonly vectors: GPUBuffer;
}

export interface ModelWeights {
  readonly embedding: Matrix;
  readonly head: Matrix;
  /** [MODEL_VECTORS.length][width] f32. */
  readonly vectors: GPUBuffer;
  readonly layers: readonly LayerWeights[];
  /** All layers, in order; absent where no dispatch takes a whole layer. */
  readonly ranges: readonly LayerRange[] | undefined;
  /** Every matrix above, once. */
  readonly matrices: readonly Matrix[];
  /** Bytes on the device. */
  readonly byteLength: number;
  destroy(): void;
}

/** What a matrix is for: quantising spares the embedding and the low-rank adapters, and most of it the head. */
export type MatrixRole = 'embedding' | 'head' | 'block' | 'adapter';

export interface WantedMatrix {
  /** The official tensor's name. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** Fills matrices and vector sets; the file loader and the synthetic weights of benchmarks are the two makers. */
export interface WeightFiller {
  format(role: MatrixRole, wanted: WantedMatrix): WeightFormat;
  /** Fills a matrix, now or by the end of `finish`. */
  fill(matrix: Matrix): Promise<void>;
  /** Names without a tensor (layer 0's v0, a missing ln0) are left zero. */
  fillVectors(span: Span, names: readonly string[]): Promise<void>;
  /** Resolves when nothing is left to be given to the queue. @throws what went wrong with anything that was to be filled */
  finish(): Promise<void>;
}
