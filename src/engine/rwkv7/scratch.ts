/** The activations of one run of the plain plan. Shared by all sessions of a model. */
import { roundUp, storageBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { ModelConfig } from './config.ts';
import { LOW_SLOTS, MIXED_SLOTS, PROJ_SLOTS } from './layout.ts';

/** Names as in the equations. Every row is padded to a multiple of 4 f32 with zeros. */
export interface PlainScratch {
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
}

export function createPlainScratch(gpu: Gpu, config: ModelConfig, maxChunk: number): PlainScratch {
  const { ranks } = config;
  const f32 = (label: string, slots: number, width: number): GPUBuffer =>
    storageBuffer(gpu, label, slots * maxChunk * roundUp(width, 4) * 4);
  return {
    mixed: f32('mixed', MIXED_SLOTS, config.width),
    proj: f32('proj', PROJ_SLOTS, config.width),
    low: f32('low', LOW_SLOTS, Math.max(ranks.decay, ranks.iclr, ranks.value, ranks.gate)),
    vFirst: f32('v first', 1, config.width),
    gated: f32('gated', 1, config.width),
    hidden: f32('hidden', 1, config.ffnWidth),
  };
}
