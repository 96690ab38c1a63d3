/**
 * The forward pass as plans of dispatches: which plan a model gets on an adapter. The plain plan runs everywhere; where
 * model and adapter fit, decoding takes a plan of few dispatches instead.
 */
import { UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { PipelineCache, Step } from '../gpu/kernel.ts';
import type { ModelConfig } from './config.ts';
import { buildDecodePlan, createDecodeScratch, decodeShapeSlots, type DecodeScratch } from './decodePlan.ts';
import { buildPlainPlan, plainShapeSlots } from './plainPlan.ts';
import type { Scratch } from './scratch.ts';
import { StateSteps } from './stateSteps.ts';
import type { ModelWeights } from './weights.ts';

/** Steps of the head; where they write is fixed when they are made. */
export interface HeadSteps {
  /** After a prefill: logits of one row. */
  readonly one: readonly Step[];
  /** After a prefill: logits of many rows. */
  readonly many: readonly Step[];
  /** After a decode. */
  readonly decode: readonly Step[];
}

export interface ForwardPlans {
  readonly prefill: readonly Step[];
  readonly decode: readonly Step[];
  /** `logits`: [rows][vocabularySize]. */
  head(logits: GPUBuffer): Promise<HeadSteps>;
  readonly stateSteps: StateSteps;
  destroy(): void;
}

export interface ForwardParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly scratch: Scratch;
  readonly maxChunk: number;
}

/** Builds the plans of a model. */
export async function buildForward(parts: ForwardParts): Promise<ForwardPlans> {
  const { gpu, config, weights } = parts;
  const shapes = new UniformArena(gpu, plainShapeSlots(config, weights) + decodeShapeSlots(config));
  const stateSteps = new StateSteps();
  const plain = await buildPlainPlan({ ...parts, shapes, stateSteps });
  // CPU adapters run one invocation a row several times faster than teams.
  const decodeScratch: DecodeScratch | undefined = gpu.caps.isCpu ? undefined : createDecodeScratch(gpu, config);
  const fast =
    decodeScratch && (await buildDecodePlan({ ...parts, shapes, stateSteps, decodeScratch, embed: plain.embed }));
  shapes.upload();
  return {
    prefill: plain.prefill,
    decode: fast?.steps ?? plain.decode,
    stateSteps,
    head: async (logits) => {
      const { one, many } = await plain.head(logits);
      const step = await fast?.head(logits);
      shapes.upload();
      return { one, many, decode: step ? [step] : one };
    },
    destroy: () => {
      shapes.destroy();
      for (const buffer of Object.values(decodeScratch ?? {}) as GPUBuffer[]) buffer.destroy();
    },
  };
}
