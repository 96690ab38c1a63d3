/** The recurrence of the plain plan: all rows of a run are tokens of one sequence, on any adapter and for every shape. */
import { bind, type Bound, type Pipeline, type Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import { copyWordsVariant, layerNormMixVariant, NORM_WORKGROUP, timeMixVariant } from '../kernels/variants.ts';
import { shiftLength } from './config.ts';
import { cpuTimeMixSteps } from './cpuSteps.ts';
import { vectorOffset } from './layout.ts';
import type { Recurrence, RecurrenceParts } from './recurrence.ts';
import type { LayerWeights } from './weights.ts';

export class OneSequence implements Recurrence {
  readonly #parts: RecurrenceParts;

  constructor(parts: RecurrenceParts) {
    this.#parts = parts;
  }

  async normMix(layer: LayerWeights, index: number, part: 'time' | 'channel'): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes } = this.#parts;
    const { width } = config;
    const mixes = part === 'time' ? 6 : 1;
    const pipeline = await cache.get(kernels.layerNormMix, layerNormMixVariant(gpu.caps, mixes));
    const shape = shapes.add([
      width,
      width,
      maxChunk * width,
      vectorOffset(config, part === 'time' ? 'ln1.weight' : 'ln2.weight'),
      vectorOffset(config, part === 'time' ? 'att.x_r' : 'ffn.x_k'),
      (2 * index + (part === 'time' ? 0 : 1)) * width,
    ]);
    const { x, shiftNext, run } = ends;
    return this.#stateStep(
      pipeline,
      (tokens) => [tokens],
      (shift) => ({ x, out: scratch.mixed, vectors: layer.vectors, shift, shiftNext, shape, run }),
    );
  }

  async wkv(layer: LayerWeights, index: number): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes } = this.#parts;
    const { heads, headSize, width } = config;
    const { run } = ends;
    const onCpu = await cpuTimeMixSteps({ gpu, cache, shapes }, config, scratch, run, maxChunk, layer, index);
    if (onCpu) {
      const { inputs, rows, outputs } = onCpu;
      return [inputs, ...this.#stateStep(rows.pipeline, rows.grid, rows.bound), outputs];
    }
    const pipeline = await cache.get(kernels.timeMix, timeMixVariant(gpu.caps, headSize, index === 0));
    const shape = shapes.add([width, width, maxChunk * width, vectorOffset(config, 'att.k_k')]);
    const layerBytes = heads * headSize * headSize * 4;
    const { proj, vFirst, gated } = scratch;
    return this.#stateStep(
      pipeline,
      () => [heads],
      (_shift, wkv) => ({
        proj,
        vFirst,
        wkv: { buffer: wkv, offset: index * layerBytes, size: layerBytes },
        out: gated,
        vectors: layer.vectors,
        shape,
        run,
      }),
    );
  }

  /** The state's shift becomes what the run's norms have kept: at the end, as tokens of a chunk read the old one. */
  async end(): Promise<readonly Step[]> {
    const { cache, config, ends } = this.#parts;
    const pipeline = await cache.get(kernels.copyWords, copyWordsVariant);
    const groups = Math.ceil(shiftLength(config) / NORM_WORKGROUP);
    return this.#stateStep(
      pipeline,
      () => [groups],
      (shift) => ({ source: ends.shiftNext, target: shift }),
    );
  }

  /** A step whose bind group waits for a session's state. */
  #stateStep<B extends string>(
    pipeline: Pipeline<B>,
    grid: Step['grid'],
    bound: (shift: GPUBuffer, wkv: GPUBuffer) => Readonly<Record<B, Bound>>,
  ): readonly Step[] {
    const { gpu, stateSteps } = this.#parts;
    const group = stateSteps.add((shift, wkv) => bind(gpu, pipeline, bound(shift, wkv)));
    return [{ pipeline: pipeline.pipeline, group, grid }];
  }
}
