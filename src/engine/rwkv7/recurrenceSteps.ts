/** Steps of the recurrence that several plans have: the norms with token shift, the WKV in three kernels, the kept shift. */
import type { UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, type Bound, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { copyWords } from '../kernels/kernels.ts';
import { normMix, normMixGrid, normMixInPlace, normMixShape, normMixVariant } from '../kernels/normMix.ts';
import { copyWordsVariant, normMixTuning, NORM_WORKGROUP, wkvTuning } from '../kernels/variants.ts';
import {
  oneTokenScan,
  scanKernel,
  wkvFinish,
  wkvFinishVariant,
  wkvItemsGrid,
  wkvPrepare,
  wkvPrepareVariant,
  wkvScanGrid,
  wkvScanVariant,
  wkvShape,
  type OutputFormat,
} from '../kernels/wkv.ts';
import { shiftLength, type ModelConfig } from './config.ts';
import type { Ends } from './ends.ts';
import { vectorOffset } from './layout.ts';
import type { LayerPart } from './recurrence.ts';
import { layerOfBatch } from './state.ts';
import type { StateSteps } from './stateSteps.ts';
import type { LayerWeights } from './weights.ts';

export interface RecurrenceStepParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly ends: Ends;
  readonly shapes: UniformArena;
  readonly stateSteps: StateSteps;
  /** Rows that the activations have room for. */
  readonly chunk: number;
  /** Each row is a token of its own sequence, whose states lie as `ManySequences` says; else all are of one. */
  readonly sequences: boolean;
  /** Of what the products read. */
  readonly output: OutputFormat;
}

/** x = LN(x), then the token-shift mixes into `out`: six of them for the time mix, one for the channel mix. */
export async function normMixStep(
  { gpu, cache, config, ends, shapes, stateSteps, chunk, sequences, output }: RecurrenceStepParts,
  { vectors }: LayerWeights,
  index: number,
  part: LayerPart,
  out: Bound,
): Promise<Step> {
  const { width } = config;
  const { x, run, shiftNext } = ends;
  const isTime = part === 'time';
  const tuning = normMixTuning(gpu.caps);
  const variant = normMixVariant(tuning, { width, mixes: isTime ? 6 : 1, output, sequences, inPlace: sequences });
  const shape = shapes.add(
    normMixShape({
      xStride: width,
      outStride: width,
      slotStride: chunk * width,
      normOffset: vectorOffset(config, isTime ? 'ln1.weight' : 'ln2.weight'),
      mixOffset: vectorOffset(config, isTime ? 'att.x_r' : 'ffn.x_k'),
      shiftOffset: (2 * index + (isTime ? 0 : 1)) * width,
      shiftStride: shiftLength(config),
    }),
  );
  const grid = normMixGrid(tuning, sequences);
  const bound = { shape, out, x, vectors, run };
  return sequences
    ? stateSteps.step(await cache.get(normMixInPlace, variant), grid, (shift) => ({ ...bound, shift }))
    : stateSteps.step(await cache.get(normMix, variant), grid, (shift) => ({ ...bound, shift, shiftNext }));
}

/** Where the WKV finds its inputs and leaves what it computes. */
export interface WkvBuffers {
  readonly proj: GPUBuffer;
  readonly vFirst: GPUBuffer;
  /** f32 [chunk][width]: the output before its norm. */
  readonly y: GPUBuffer;
  /** f32 [chunk][heads] */
  readonly bonus: GPUBuffer;
  /** y ∘ g */
  readonly out: GPUBuffer;
}

/** The time mix between its products in three steps; undefined for head sizes that the kernels do not take. */
export async function wkvSteps(
  { gpu, cache, config, ends, shapes, stateSteps, chunk, sequences, output }: RecurrenceStepParts,
  { vectors }: LayerWeights,
  index: number,
  { proj, vFirst, y, bonus, out }: WkvBuffers,
): Promise<readonly Step[] | undefined> {
  const { heads, headSize, width } = config;
  const { run } = ends;
  const tuning = wkvTuning(gpu.caps, headSize);
  if (!tuning) return undefined;
  const { items } = tuning;
  const scan = sequences ? oneTokenScan(tuning.scan) : tuning.scan;
  const stateStride = heads * headSize * headSize;
  const shape = shapes.add(
    wkvShape({
      heads,
      stride: width,
      slotStride: chunk * width,
      vectorsOffset: vectorOffset(config, 'att.k_k'),
      outStride: width,
      stateOffset: sequences ? 0 : index * stateStride,
      stateStride,
    }),
  );
  const [prepare, scanning, finish] = await Promise.all([
    cache.get(wkvPrepare, wkvPrepareVariant(items, headSize, index === 0)),
    cache.get(scanKernel(scan), wkvScanVariant(scan, headSize, sequences)),
    cache.get(wkvFinish, wkvFinishVariant(items, headSize, output)),
  ]);
  const grid = wkvItemsGrid(items, heads);
  const prepareGroup = bind(gpu, prepare, { proj, vFirst, bonus, vectors, shape, run });
  const finishGroup = bind(gpu, finish, { y, out, proj, bonus, vectors, shape, run });
  return [
    { pipeline: prepare.pipeline, group: prepareGroup, grid },
    stateSteps.step(scanning, wkvScanGrid(scan, heads, headSize, sequences), (_shift, wkv) => ({
      ...{ proj, wkv: sequences ? layerOfBatch(wkv, config, index) : wkv, y, shape, run },
    })),
    { pipeline: finish.pipeline, group: finishGroup, grid },
  ];
}

/** The state's shift becomes what the run's norms have kept: at the end, as tokens of a chunk read the old one. */
export async function keepShiftStep({
  cache,
  config,
  ends,
  stateSteps,
}: Pick<RecurrenceStepParts, 'cache' | 'config' | 'ends' | 'stateSteps'>): Promise<Step> {
  const pipeline = await cache.get(copyWords, copyWordsVariant);
  const groups = Math.ceil(shiftLength(config) / NORM_WORKGROUP);
  return stateSteps.step(
    pipeline,
    () => [groups],
    (shift) => ({ source: ends.shiftNext, target: shift }),
  );
}
