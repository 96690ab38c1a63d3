/**
 * The recurrence of a batch: each row of a run is the next token of its own sequence. The states lie in two buffers, shift
 * [sequences][layers][2][width] and WKV [layers][sequences][heads][value][key]: a layer is a binding, so that the limit on
 * bindings holds for the layers apart.
 */
import { bind, type Bound, type Pipeline, type Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import { normMixGrid, normMixInPlace, normMixShape, normMixVariant } from '../kernels/normMix.ts';
import { normMixTuning, timeMixVariant, wkvTuning } from '../kernels/variants.ts';
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
} from '../kernels/wkv.ts';
import { shiftLength } from './config.ts';
import { vectorOffset } from './layout.ts';
import type { Recurrence, RecurrenceParts } from './recurrence.ts';
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

  constructor(parts: ManySequencesParts) {
    this.#parts = parts;
  }

  async normMix(layer: LayerWeights, index: number, part: 'time' | 'channel'): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes } = this.#parts;
    const { width } = config;
    const tuning = normMixTuning(gpu.caps);
    const mixes = part === 'time' ? 6 : 1;
    const kind = { width, mixes, output: 'f32', sequences: true, inPlace: true } as const;
    const pipeline = await cache.get(normMixInPlace, normMixVariant(tuning, kind));
    const shape = shapes.add(
      normMixShape({
        xStride: width,
        outStride: width,
        slotStride: maxChunk * width,
        normOffset: vectorOffset(config, part === 'time' ? 'ln1.weight' : 'ln2.weight'),
        mixOffset: vectorOffset(config, part === 'time' ? 'att.x_r' : 'ffn.x_k'),
        shiftOffset: (2 * index + (part === 'time' ? 0 : 1)) * width,
        shiftStride: shiftLength(config),
      }),
    );
    const { x, run } = ends;
    return [
      this.#stateStep(pipeline, normMixGrid(tuning, true), (shift) => ({
        ...{ x, out: scratch.mixed, vectors: layer.vectors, shift, shape, run },
      })),
    ];
  }

  async wkv(layer: LayerWeights, index: number): Promise<readonly Step[]> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes, y, bonus } = this.#parts;
    const { heads, headSize, width } = config;
    const tuning = wkvTuning(gpu.caps, headSize);
    if (!tuning) return [await this.#timeMix(layer, index)];
    const { items } = tuning;
    const scan = oneTokenScan(tuning.scan);
    const { proj, vFirst, gated } = scratch;
    const { vectors } = layer;
    const { run } = ends;
    const shape = shapes.add(
      wkvShape({
        heads,
        stride: width,
        slotStride: maxChunk * width,
        vectorsOffset: vectorOffset(config, 'att.k_k'),
        outStride: width,
        stateOffset: 0,
        stateStride: heads * headSize * headSize,
      }),
    );
    const [prepare, scanning, finish] = await Promise.all([
      cache.get(wkvPrepare, wkvPrepareVariant(items, headSize, index === 0)),
      cache.get(scanKernel(scan), wkvScanVariant(scan, headSize, true)),
      cache.get(wkvFinish, wkvFinishVariant(items, headSize, 'f32')),
    ]);
    const grid = wkvItemsGrid(items, heads);
    const prepareGroup = bind(gpu, prepare, { proj, vFirst, bonus, vectors, shape, run });
    const finishGroup = bind(gpu, finish, { y, out: gated, proj, bonus, vectors, shape, run });
    return [
      { pipeline: prepare.pipeline, group: prepareGroup, grid },
      this.#stateStep(scanning, wkvScanGrid(scan, heads, headSize, true), (_shift, wkv) => ({
        ...{ proj, wkv: layerOfBatch(wkv, config, index), y, shape, run },
      })),
      { pipeline: finish.pipeline, group: finishGroup, grid },
    ];
  }

  /** Nothing: the norms have advanced the shift in place. */
  end(): Promise<readonly Step[]> {
    return Promise.resolve([]);
  }

  /** For head sizes that the three kernels do not take. */
  async #timeMix({ vectors }: LayerWeights, index: number): Promise<Step> {
    const { cache, config, ends, gpu, maxChunk, scratch, shapes } = this.#parts;
    const { heads, headSize, width } = config;
    const { proj, vFirst, gated } = scratch;
    const pipeline = await cache.get(kernels.timeMix, timeMixVariant(gpu.caps, headSize, index === 0, true));
    const shape = shapes.add([width, width, maxChunk * width, vectorOffset(config, 'att.k_k')]);
    return this.#stateStep(
      pipeline,
      (tokens) => [heads, tokens],
      (_shift, wkv) => ({
        ...{ proj, vFirst, wkv: layerOfBatch(wkv, config, index), out: gated, vectors, shape, run: ends.run },
      }),
    );
  }

  #stateStep<B extends string>(
    pipeline: Pipeline<B>,
    grid: Step['grid'],
    bound: (shift: GPUBuffer, wkv: GPUBuffer) => Readonly<Record<B, Bound>>,
  ): Step {
    const { gpu, stateSteps } = this.#parts;
    const group = stateSteps.add((shift, wkv) => bind(gpu, pipeline, bound(shift, wkv)));
    return { pipeline: pipeline.pipeline, group, grid };
  }
}
