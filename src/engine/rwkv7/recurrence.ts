/** What lies between the products of a layer, and alone knows whose tokens the rows of a run are. */
import type { UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { PipelineCache, Step } from '../gpu/kernel.ts';
import type { ModelConfig } from './config.ts';
import type { Ends } from './ends.ts';
import type { PlainScratch } from './scratch.ts';
import type { StateSteps } from './stateSteps.ts';
import type { LayerWeights } from './weights.ts';

/** The two parts of a layer. */
export type LayerPart = 'time' | 'channel';

/** The steps that read and advance states. */
export interface Recurrence {
  /** x = LN(x), then the token-shift mixes into `mixed`; reads and advances a layer's shift of the part. */
  normMix(layer: LayerWeights, index: number, part: LayerPart): Promise<readonly Step[]>;
  /** The time mix between its products: `proj` → `gated`; advances the layer's WKV. */
  wkv(layer: LayerWeights, index: number): Promise<readonly Step[]>;
  /** What follows all layers. */
  end(): Promise<readonly Step[]>;
}

export interface RecurrenceParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly ends: Ends;
  readonly scratch: PlainScratch;
  /** Rows that `scratch` has room for. */
  readonly maxChunk: number;
  readonly shapes: UniformArena;
  readonly stateSteps: StateSteps;
}
