/** The memory of one run: activations, and the small inputs that say what to run. Shared by all sessions of a model. */
import { roundUp, storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { shiftLength, type ModelConfig } from './config.ts';
import { LOW_SLOTS, MIXED_SLOTS, PROJ_SLOTS } from './layout.ts';

/** Activations of one run; names as in the equations. Every row is padded to a multiple of 4 f32 with zeros. */
export interface Scratch {
  /** [maxChunk] u32. */
  readonly tokens: GPUBuffer;
  /** Residual stream [maxChunk][width]. */
  readonly x: GPUBuffer;
  /** [6][maxChunk][width] token-shift mixes. */
  readonly mixed: GPUBuffer;
  /** [7][maxChunk][width] inputs of the WKV. */
  readonly proj: GPUBuffer;
  /** [4][maxChunk][largest rank] */
  readonly low: GPUBuffer;
  /** [maxChunk][width] v of layer 0. */
  readonly vFirst: GPUBuffer;
  /** [maxChunk][width] y ∘ g. */
  readonly gated: GPUBuffer;
  /** [maxChunk][ffnWidth] squared ReLU. */
  readonly hidden: GPUBuffer;
  /** [maxChunk][width] input of the head. */
  readonly normed: GPUBuffer;
  /** [layers][2][width]: becomes the state's shift after the run. */
  readonly shiftNext: GPUBuffer;
  /** { tokens, 0 } of the run. */
  readonly run: GPUBuffer;
  /** { rows, first row } that go through the head. */
  readonly headRun: GPUBuffer;
}

export function createScratch(gpu: Gpu, config: ModelConfig, maxChunk: number): Scratch {
  const { ranks } = config;
  const f32 = (label: string, slots: number, width: number): GPUBuffer =>
    storageBuffer(gpu, label, slots * maxChunk * roundUp(width, 4) * 4);
  return {
    tokens: storageBuffer(gpu, 'tokens', maxChunk * 4),
    x: f32('x', 1, config.width),
    mixed: f32('mixed', MIXED_SLOTS, config.width),
    proj: f32('proj', PROJ_SLOTS, config.width),
    low: f32('low', LOW_SLOTS, Math.max(ranks.decay, ranks.iclr, ranks.value, ranks.gate)),
    vFirst: f32('v first', 1, config.width),
    gated: f32('gated', 1, config.width),
    hidden: f32('hidden', 1, config.ffnWidth),
    normed: f32('normed', 1, config.width),
    shiftNext: storageBuffer(gpu, 'next shift', shiftLength(config) * 4),
    run: uniformBuffer(gpu, 'run', 2),
    headRun: uniformBuffer(gpu, 'head run', 2),
  };
}
