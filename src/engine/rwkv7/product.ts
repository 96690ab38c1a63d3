/** What a matrix product of the forward pass takes and gives. */
import type { UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Bound, PipelineCache } from '../gpu/kernel.ts';
import type { Epilogue } from '../kernels/variants.ts';
import type { Matrix } from './matrix.ts';

/** Where a product reads or writes: a buffer, the offset of a slot and the stride of a row, in f32. */
export interface Place {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly stride: number;
}

export interface Product {
  readonly matrix: Matrix;
  readonly from: Place;
  readonly to: Place;
  readonly epilogue?: Epilogue;
  readonly vectors: Bound;
  readonly biasOffset?: number;
}

/** What a builder of plans lends to those who make its steps. */
export interface ProductParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly shapes: UniformArena;
}
