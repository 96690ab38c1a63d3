/** The memory of prefill on matrix units, and which models and adapters it is for. */
import { roundUp, storageBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { UNITS_TILINGS, unitsWorkgroupBytes } from '../kernels/matMatUnits.ts';
import { wkvTuning } from '../kernels/variants.ts';
import type { ModelConfig } from './config.ts';
import { MIXED_SLOTS, PROJ_SLOTS } from './layout.ts';
import type { Matrix } from './matrix.ts';
import { productsOf } from './placeWeights.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

/** Tokens of a chunk are a multiple of it: the largest tile. */
const TILE = 128;
/** Bytes of activations and of dequantised weights together: what the model may take beside weights and states. */
const BUDGET_BYTES = 270 << 20;
const LARGEST_CHUNK = 2048;
/** A matrix's columns are a multiple of it: products go 16 by 16, loads 32. */
const COLUMN_MULTIPLE = 32;
/** Bytes a token of a chunk, all activations that the plan keeps. */
const bytesPerToken = ({ width, ranks, ffnWidth }: ModelConfig): number =>
  width * (4 + 2 * MIXED_SLOTS + 4 + 4) + // x, mixed, v first, y
  Math.max(4 * PROJ_SLOTS * width, 2 * ffnWidth) +
  2 * (ranks.decay + ranks.iclr + ranks.gate + ranks.value) +
  width / 16;

/** Bytes of the largest group of matrices that one product reads as f16, of those that are not stored so. */
function dequantisedBytes(weights: ModelWeights): number {
  const bytes = (matrices: readonly Matrix[]): number =>
    matrices.every(({ format }) => format === 'f16')
      ? 0
      : matrices.reduce((sum, { rows, paddedColumns }) => sum + 2 * rows * paddedColumns, 0);
  return Math.max(0, ...weights.layers.flatMap((layer) => productsOf(layer).map(bytes)));
}

/** Tokens of a chunk for a model, or 0 where model or adapter do not fit the plan. */
export function unitsChunk({ caps }: Gpu, config: ModelConfig, weights: ModelWeights, wanted = LARGEST_CHUNK): number {
  if (!caps.matrixUnits || !caps.subgroups || caps.isCpu) return 0;
  const { width, ffnWidth, headSize, ranks } = config;
  const columns = [width, ffnWidth, ranks.decay, ranks.iclr, ranks.gate, ranks.value];
  if (columns.some((count) => count % COLUMN_MULTIPLE !== 0) || !wkvTuning(caps, headSize)) return 0;
  if (!weights.layers.every(isWhole) || unitsWorkgroupBytes(UNITS_TILINGS.many) > caps.maxWorkgroupBytes) return 0;
  const most = Math.floor((BUDGET_BYTES - dequantisedBytes(weights)) / bytesPerToken(config) / TILE) * TILE;
  return Math.min(roundUp(wanted, TILE), LARGEST_CHUNK, most);
}

/** No matrix was split to fit a binding, and those of one product that are read as they are lie in one buffer. */
const isWhole = (layer: LayerWeights): boolean =>
  productsOf(layer).every(
    (matrices) =>
      matrices.every(({ slices }) => slices.length === 1) &&
      (matrices.some(({ format }) => format !== 'f16') ||
        new Set(matrices.map(({ slices: [slice] }) => slice?.weights.buffer)).size === 1),
  );

/** Activations of a chunk of T tokens. */
export interface UnitsScratch {
  /** f16 [6][T][width] mixes; slot 0 then holds y ∘ g, slot 1 the channel mix's input. */
  readonly mixed: GPUBuffer;
  /** f32 [7][T][width] inputs of the WKV; then f16 [T][ffnWidth], the squared ReLU. */
  readonly proj: GPUBuffer;
  /** f16, one behind the other: the adapters' inner vectors, [T][rank] each. */
  readonly low: GPUBuffer;
  readonly vFirst: GPUBuffer;
  readonly y: GPUBuffer;
  /** [T][heads] */
  readonly bonus: GPUBuffer;
  /** f16, the matrices of one product that are not stored so. */
  readonly dequantised: GPUBuffer;
}

export function createUnitsScratch(gpu: Gpu, config: ModelConfig, weights: ModelWeights, chunk: number): UnitsScratch {
  const { width, ffnWidth, ranks, heads } = config;
  const buffer = (label: string, bytes: number): GPUBuffer => storageBuffer(gpu, `units ${label}`, bytes);
  return {
    mixed: buffer('mixed', 2 * MIXED_SLOTS * chunk * width),
    proj: buffer('proj', chunk * Math.max(4 * PROJ_SLOTS * width, 2 * ffnWidth)),
    low: buffer('low', 2 * chunk * (ranks.decay + ranks.iclr + ranks.gate + ranks.value)),
    vFirst: buffer('v first', 4 * chunk * width),
    y: buffer('y', 4 * chunk * width),
    bonus: buffer('bonus', 4 * chunk * heads),
    dequantised: buffer('dequantised', dequantisedBytes(weights)),
  };
}
