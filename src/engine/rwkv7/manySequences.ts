/**
 * The recurrence of a batch: each row of a run is the next token of its own sequence. The states lie in two buffers, shift
 * [sequences][layers][2][width] and WKV [layers][sequences][heads][value][key]: a layer is a binding, so that the limit on
 * bindings holds for the layers apart.
 */
import type { Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import { timeMixVariant } from '../kernels/variants.ts';
import { vectorOffset } from './layout.ts';
import type { LayerPart, Recurrence, RecurrenceParts } from './recurrence.ts';
import { normMixStep, wkvSteps, type RecurrenceStepParts } from './recurrenceSteps.ts';
import { layerOfBatch } from './state.ts';
import type { LayerWeights } from './weights.ts';

export interface ManySequencesParts extends RecurrenceParts {
  /** f32 [maxChunk][width]: the WKV's output before its norm. */
  readonly y: GPUBuffer;
  /** f32 [maxChunk][heads] */
  readonly bonus: GPUBuffer;
}

export class ManySequences implements Recurrence {
  readonly #parts: ManySequencesParts;
  readonly #stepParts: RecurrenceStepParts;

  constructor(parts: ManySequencesParts) {
    this.#parts = parts;
    this.#stepParts = { ...parts, chunk: parts.maxChunk, sequences: true, output: 'f32' };
  }

  async normMix(layer: LayerWeights, index: number, part: LayerPart): Promise<readonly Step[]> {
    return [await normMixStep(this.#stepParts, layer, index, part, this.#parts.scratch.mixed)];
  }

  async wkv(layer: LayerWeights, index: number): Promise<readonly Step[]> {
    const { scratch, y, bonus } = this.#parts;
    const { proj, vFirst, gated: out } = scratch;
    const steps = await wkvSteps(this.#stepParts, layer, index, { proj, vFirst, y, bonus, out });
    return steps ?? [await this.#timeMix(layer, index)];
  }

  /** Nothing: the norms have advanced the shift in place. */
  end(): Promise<readonly Step[]> {
    return Promise.resolve([]);
  }

  /** For head sizes that the three kernels do not take. */
  async #timeMix({ vectors }: LayerWeights, index: number): Promise<Step> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes, stateSteps } = this.#parts;
    const { heads, headSize, width } = config;
    const { proj, vFirst, gated } = scratch;
    const pipeline = await cache.get(kernels.timeMix, timeMixVariant(gpu.caps, headSize, index === 0, true));
    const shape = shapes.add([width, width, maxChunk * width, vectorOffset(config, 'att.k_k')]);
    return stateSteps.step(
      pipeline,
      (tokens) => [heads, tokens],
      (_shift, wkv) => ({
        ...{ proj, vFirst, wkv: layerOfBatch(wkv, config, index), out: gated, vectors, shape, run: ends.run },
      }),
    );
  }
}
