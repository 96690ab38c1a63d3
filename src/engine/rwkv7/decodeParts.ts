/** What plans that decode one token are made of. */
import { storageBuffer, type UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { PipelineCache } from '../gpu/kernel.ts';
import type { LayerTiling } from '../kernels/decodeLayers.ts';
import type { ModelConfig } from './config.ts';
import type { Ends } from './ends.ts';
import type { StateSteps } from './stateSteps.ts';
import type { ModelWeights } from './weights.ts';

/** The activations of one token. */
export interface DecodeScratch {
  /** r, k, v: [3][width], then the adapters' inner vectors. */
  readonly proj: GPUBuffer;
  /** v of layer 0: [width]. */
  readonly vFirst: GPUBuffer;
  /** The LN output that becomes the shift state: [width]. */
  readonly normed: GPUBuffer;
  /** y ∘ g: f32 [width], or int8 and then its scales. */
  readonly gated: GPUBuffer;
  /** The channel mix's inner vector, likewise: [ffnWidth]. */
  readonly hidden: GPUBuffer;
}

export function createDecodeScratch(gpu: Gpu, { width, ffnWidth, ranks }: ModelConfig): DecodeScratch {
  const f32 = (label: string, length: number): GPUBuffer => storageBuffer(gpu, `decode ${label}`, 4 * length);
  return {
    proj: f32('proj', 3 * width + ranks.decay + ranks.iclr + ranks.gate + ranks.value),
    vFirst: f32('v first', width),
    normed: f32('normed', width),
    gated: f32('gated', width),
    hidden: f32('hidden', ffnWidth),
  };
}

/** All that such a plan is built from. */
export interface DecodePlanParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly ends: Ends;
  readonly decodeScratch: DecodeScratch;
  readonly shapes: UniformArena;
  readonly stateSteps: StateSteps;
  readonly layerTiling: LayerTiling | undefined;
}
