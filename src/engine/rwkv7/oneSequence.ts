/** The recurrence of the plain plan: all rows of a run are tokens of one sequence, on any adapter and for every shape. */
import type { Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import { layerNormMixVariant, timeMixVariant } from '../kernels/variants.ts';
import { cpuTimeMixSteps } from './cpuSteps.ts';
import { vectorOffset } from './layout.ts';
import type { LayerPart, Recurrence, RecurrenceParts } from './recurrence.ts';
import { keepShiftStep } from './recurrenceSteps.ts';
import type { LayerWeights } from './weights.ts';

export class OneSequence implements Recurrence {
  readonly #parts: RecurrenceParts;

  constructor(parts: RecurrenceParts) {
    this.#parts = parts;
  }

  async normMix(layer: LayerWeights, index: number, part: LayerPart): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes, stateSteps } = this.#parts;
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
    const step = stateSteps.step(
      pipeline,
      (tokens) => [tokens],
      (shift) => ({ x, out: scratch.mixed, vectors: layer.vectors, shift, shiftNext, shape, run }),
    );
    return [step];
  }

  async wkv(layer: LayerWeights, index: number): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes, stateSteps } = this.#parts;
    const { heads, headSize, width } = config;
    const { run } = ends;
    const onCpu = await cpuTimeMixSteps({ gpu, cache, shapes }, config, scratch, run, maxChunk, layer, index);
    if (onCpu) {
      const { inputs, rows, outputs } = onCpu;
      return [inputs, stateSteps.step(rows.pipeline, rows.grid, rows.bound), outputs];
    }
    const pipeline = await cache.get(kernels.timeMix, timeMixVariant(gpu.caps, headSize, index === 0));
    const shape = shapes.add([width, width, maxChunk * width, vectorOffset(config, 'att.k_k')]);
    const layerBytes = heads * headSize * headSize * 4;
    const { proj, vFirst, gated } = scratch;
    const step = stateSteps.step(
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
    return [step];
  }

  async end(): Promise<readonly Step[]> {
    return [await keepShiftStep(this.#parts)];
  }
}
