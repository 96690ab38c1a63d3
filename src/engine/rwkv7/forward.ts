/**
 * The forward pass as plans of dispatches: which plans a model gets on an adapter. The plain plan runs everywhere; where
 * model and adapter fit, decoding takes a plan of few dispatches, and prefill one of matrix units.
 */
import { destroyBuffers, UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { PipelineCache, Step } from '../gpu/kernel.ts';
import type { ModelConfig } from './config.ts';
import { createDecodeScratch } from './decodeParts.ts';
import { buildDecodePlan } from './decodePlan.ts';
import { createEnds, MOST_HEAD_ROWS, type Ends } from './ends.ts';
import { buildPlainPlan } from './plainPlan.ts';
import { OneSequence } from './oneSequence.ts';
import { createPlainScratch } from './scratch.ts';
import { StateSteps } from './stateSteps.ts';
import { buildUnitsPlan } from './unitsPlan.ts';
import { unitsChunk } from './unitsScratch.ts';
import type { LayerTiling } from '../kernels/decodeLayers.ts';
import type { ModelWeights } from './weights.ts';

/** Steps of the head; where they write is fixed when they are made. */
export interface HeadSteps {
  /** After a prefill: logits of one row. */
  readonly one: readonly Step[];
  /** After a prefill: logits of up to MOST_HEAD_ROWS rows. */
  readonly many: readonly Step[];
  /** After a decode. */
  readonly decode: readonly Step[];
}

export interface ForwardPlans {
  /** The most tokens of a run. */
  readonly maxChunk: number;
  /** The most tokens of a run that wants all rows of logits. */
  readonly maxRows: number;
  readonly ends: Ends;
  /** The steps for a run of so many tokens. */
  prefill(tokens: number): readonly Step[];
  readonly decode: readonly Step[];
  /** Not 0 in its first word once a decode has failed; absent where none can. */
  readonly stalled: GPUBuffer | undefined;
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
  /** Tokens of a run, if the caller wants others than the adapter's best. */
  readonly maxChunk: number | undefined;
  /** A tiling of whole layers, if the caller wants another than the best known. */
  readonly layerTiling: LayerTiling | undefined;
}

/** Tokens of a run of the plain plan. On a CPU adapter a run takes a second or so; a GPU wants more work at once. */
const PLAIN_CHUNK = { cpu: 32, gpu: 256 } as const;

/** Builds the plans of a model. */
export async function buildForward(parts: ForwardParts): Promise<ForwardPlans> {
  const { gpu, config, weights } = parts;
  const { isCpu } = gpu.caps;
  const unitChunk = unitsChunk(gpu, config, weights, parts.maxChunk);
  const maxChunk = unitChunk > 0 ? unitChunk : (parts.maxChunk ?? (isCpu ? PLAIN_CHUNK.cpu : PLAIN_CHUNK.gpu));
  const shapes = new UniformArena(gpu);
  const stateSteps = new StateSteps(gpu);
  const ends = await createEnds({ ...parts, shapes, chunk: maxChunk });
  const units =
    unitChunk > 0 ? await buildUnitsPlan({ ...parts, shapes, stateSteps, ends, chunk: unitChunk }) : undefined;
  // CPU adapters run one invocation a row several times faster than teams.
  const decodeScratch = isCpu ? undefined : createDecodeScratch(gpu, config);
  const fast = decodeScratch && (await buildDecodePlan({ ...parts, shapes, stateSteps, ends, decodeScratch }));
  // The plain plan stands in for whichever of the two is missing.
  const plainChunk = units ? 1 : maxChunk;
  const plainScratch = units && fast ? undefined : createPlainScratch(gpu, config, plainChunk);
  const plain =
    plainScratch &&
    (await buildPlainPlan({
      ...parts,
      shapes,
      ends,
      scratch: plainScratch,
      maxChunk: plainChunk,
      recurrence: new OneSequence({ ...parts, shapes, stateSteps, ends, scratch: plainScratch, maxChunk: plainChunk }),
    }));
  shapes.upload();
  return {
    maxChunk,
    maxRows: Math.min(maxChunk, MOST_HEAD_ROWS),
    ends,
    prefill: (tokens) => units?.steps(tokens) ?? plain?.prefill ?? [],
    decode: fast?.steps ?? plain?.decode ?? [],
    stalled: fast?.stalled,
    stateSteps,
    head: async (logits) => {
      const { one, many } = await ends.head(logits);
      const step = await fast?.head(logits);
      shapes.upload();
      return { one, many, decode: step ? [step] : one };
    },
    destroy: () => {
      shapes.destroy();
      ends.destroy();
      units?.destroy();
      fast?.stalled?.destroy();
      if (decodeScratch) destroyBuffers(decodeScratch);
      if (plainScratch) destroyBuffers(plainScratch);
    },
  };
}
