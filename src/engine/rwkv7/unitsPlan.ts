/**
 * Prefill on matrix units: activations go through f16 between products, sums are f32. Weights that are not f16 are turned
 * into f16 once a chunk, in a buffer that all matrices share. Models and adapters that do not fit take the plain plan.
 */
import { assert } from '../api/errors.ts';
import type { UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, foldGrid, type Bound, type Grid, type Pipeline, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { copyWords, dequantise } from '../kernels/kernels.ts';
import {
  matMatUnits,
  matMatUnitsVariant,
  MAX_SEGMENTS,
  UNITS_TILINGS,
  unitsGrid,
  unitsShape,
  type Tiling,
  type UnitsEpilogue,
  type UnitsSegment,
} from '../kernels/matMatUnits.ts';
import { normMix, normMixGrid, normMixInPlace, normMixShape, normMixVariant } from '../kernels/normMix.ts';
import {
  copyWordsVariant,
  DEQUANTISE_WORKGROUP,
  DEQUANTISED_AT_ONCE,
  dequantiseVariant,
  normMixTuning,
  NORM_WORKGROUP,
  wkvTuning,
  type Activation,
} from '../kernels/variants.ts';
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
import { rowByteLength, rowScaleByteLength } from '../kernels/weightFormats.ts';
import { shiftLength, type ModelConfig } from './config.ts';
import { MIXED, PROJ, vectorOffset, type LayerVector } from './layout.ts';
import type { Matrix } from './matrix.ts';
import type { Ends } from './ends.ts';
import { layerOfBatch } from './state.ts';
import type { StateSteps } from './stateSteps.ts';
import { createUnitsScratch, type UnitsScratch } from './unitsScratch.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

/** Up to so many tokens the products are tiled for few of them. */
const FEW_TOKENS = 64;
export interface UnitsPlanParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  /** From `unitsChunk`. */
  readonly chunk: number;
  readonly ends: Ends;
  readonly shapes: UniformArena;
  readonly stateSteps: StateSteps;
}

export interface UnitsPlan {
  /** The steps for a run of so many tokens. */
  steps(tokens: number): readonly Step[];
  destroy(): void;
}

/** Builds the plan for models that `unitsChunk` has found to fit. */
export async function buildUnitsPlan(parts: UnitsPlanParts): Promise<UnitsPlan> {
  const scratch = createUnitsScratch(parts.gpu, parts.config, parts.weights, parts.chunk);
  const few = await new UnitsBuilder(parts, scratch, UNITS_TILINGS.few, false).build();
  const many = await new UnitsBuilder(parts, scratch, UNITS_TILINGS.many, false).build();
  return { steps: (tokens) => (tokens <= FEW_TOKENS ? few : many), destroy: () => destroyAll(scratch) };
}

/** The same for runs with the next token of each of a few sequences, whose states lie as `ManySequences` says. */
export async function buildUnitsBatchPlan(parts: UnitsPlanParts): Promise<UnitsPlan> {
  const scratch = createUnitsScratch(parts.gpu, parts.config, parts.weights, parts.chunk);
  const steps = await new UnitsBuilder(parts, scratch, UNITS_TILINGS.few, true).build();
  return { steps: () => steps, destroy: () => destroyAll(scratch) };
}

function destroyAll(scratch: UnitsScratch): void {
  for (const buffer of Object.values(scratch) as GPUBuffer[]) buffer.destroy();
}

/** f16 weights side by side in one buffer. */
interface Operand {
  readonly weights: GPUBuffer;
  readonly scales: GPUBuffer;
  /** Bytes of each matrix's first row in `weights`. */
  readonly offsets: readonly number[];
}

/** A low-rank adapter: what goes in, what comes out, and the activations in between and after. */
interface Adapter {
  readonly down: Matrix;
  readonly up: Matrix;
  readonly rank: number;
  readonly mix: keyof typeof MIXED;
  readonly out: keyof typeof PROJ;
  readonly inner?: Activation;
  readonly outer?: Activation;
  readonly bias?: LayerVector;
}

type SegmentPlace = Omit<UnitsSegment, 'rows' | 'columns' | 'weightOffset'>;

class UnitsBuilder {
  readonly #parts: UnitsPlanParts;
  readonly #scratch: UnitsScratch;
  readonly #tiling: Tiling;
  /** Each row is a token of its own sequence; else all are of one. */
  readonly #sequences: boolean;
  readonly #steps: Step[];

  constructor(parts: UnitsPlanParts, scratch: UnitsScratch, tiling: Tiling, sequences: boolean) {
    this.#parts = parts;
    this.#scratch = scratch;
    this.#tiling = tiling;
    this.#sequences = sequences;
    this.#steps = [...parts.ends.embed];
  }

  async build(): Promise<readonly Step[]> {
    for (const [index, layer] of this.#parts.weights.layers.entries()) {
      await this.#normMix(layer, 2 * index, 6, 'ln1.weight', 'att.x_r', 0);
      await this.#projections(layer);
      await this.#wkv(layer, index);
      await this.#product([layer.output], layer, [this.#intoX(0)], { adds: true, out: 'f32' }, this.#scratch.mixed);
      await this.#normMix(layer, 2 * index + 1, 1, 'ln2.weight', 'ffn.x_k', 1);
      await this.#channelMix(layer);
    }
    if (!this.#sequences) await this.#keepShift();
    return this.#steps;
  }

  /** The state's shift becomes what the norms have kept; those of many sequences change it in place. */
  async #keepShift(): Promise<void> {
    const pipeline = await this.#parts.cache.get(copyWords, copyWordsVariant);
    const { shiftNext } = this.#parts.ends;
    const groups = Math.ceil(shiftLength(this.#parts.config) / NORM_WORKGROUP);
    this.#stateStep(
      pipeline,
      () => [groups],
      (shift) => ({ source: shiftNext, target: shift }),
    );
  }

  #intoX(mixedSlot: number): SegmentPlace {
    const { config, chunk } = this.#parts;
    const { width } = config;
    return { xOffset: mixedSlot * chunk * width, xStride: width, outOffset: 0, outStride: width };
  }

  async #normMix(
    layer: LayerWeights,
    row: number,
    mixes: 1 | 6,
    norm: LayerVector,
    mix: LayerVector,
    slot: number,
  ): Promise<void> {
    const { cache, config, chunk, ends, gpu, shapes } = this.#parts;
    const { width } = config;
    const tuning = normMixTuning(gpu.caps);
    const sequences = this.#sequences;
    const variant = normMixVariant(tuning, { width, mixes, output: 'f16', sequences, inPlace: sequences });
    const shape = shapes.add(
      normMixShape({
        xStride: width,
        outStride: width,
        slotStride: chunk * width,
        normOffset: vectorOffset(config, norm),
        mixOffset: vectorOffset(config, mix),
        shiftOffset: row * width,
        shiftStride: shiftLength(config),
      }),
    );
    const slotBytes = 2 * chunk * width;
    const out = { buffer: this.#scratch.mixed, offset: slot * slotBytes, size: mixes * slotBytes };
    const grid = normMixGrid(tuning, sequences);
    const bound = { shape, out, x: ends.x, vectors: layer.vectors, run: ends.run };
    if (sequences) this.#stateStep(await cache.get(normMixInPlace, variant), grid, (shift) => ({ ...bound, shift }));
    else
      this.#stateStep(await cache.get(normMix, variant), grid, (shift) => ({
        ...{ ...bound, shift, shiftNext: ends.shiftNext },
      }));
  }

  async #projections(layer: LayerWeights): Promise<void> {
    const { config, chunk } = this.#parts;
    const { width, ranks } = config;
    const { mixed, proj, low } = this.#scratch;
    const slot = chunk * width;
    const from = (name: keyof typeof MIXED) => ({ xOffset: MIXED[name] * slot, xStride: width });
    const into = (name: keyof typeof PROJ) => ({ outOffset: PROJ[name] * slot, outStride: width });
    const big = [layer.receptance, layer.key, layer.value];
    const letters = ['r', 'k', 'v'] as const;
    await this.#product(
      big,
      layer,
      letters.map((letter) => ({ ...from(letter), ...into(letter) })),
      { out: 'f32' },
      mixed,
      proj,
    );

    const { valueResidual } = layer;
    const adapters: Adapter[] = [
      { down: layer.w1, up: layer.w2, mix: 'w', out: 'decay', rank: ranks.decay, inner: 'tanh', bias: 'att.w0' },
      { down: layer.a1, up: layer.a2, mix: 'a', out: 'iclr', rank: ranks.iclr, outer: 'sigmoid', bias: 'att.a0' },
      { down: layer.g1, up: layer.g2, mix: 'g', out: 'gate', rank: ranks.gate, inner: 'sigmoid' },
    ];
    if (valueResidual) {
      const { v1: down, v2: up } = valueResidual;
      adapters.push({ down, up, mix: 'v', out: 'valueMix', rank: ranks.value, outer: 'sigmoid', bias: 'att.v0' });
    }
    let at = 0;
    const places = adapters.map(({ rank }) => {
      const place = { offset: at, stride: rank };
      at += chunk * rank;
      return place;
    });
    await this.#product(
      adapters.map(({ down }) => down),
      layer,
      adapters.map((adapter, i) => ({
        ...from(adapter.mix),
        outOffset: places[i]?.offset ?? 0,
        outStride: adapter.rank,
        ...(adapter.inner && { activation: adapter.inner }),
      })),
      { out: 'f16' },
      mixed,
      low,
    );
    await this.#product(
      adapters.map(({ up }) => up),
      layer,
      adapters.map((adapter, i) => ({
        xOffset: places[i]?.offset ?? 0,
        xStride: adapter.rank,
        ...into(adapter.out),
        ...(adapter.bias && { biasOffset: vectorOffset(config, adapter.bias) }),
        ...(adapter.outer && { activation: adapter.outer }),
      })),
      { out: 'f32' },
      low,
      proj,
    );
  }

  async #wkv(layer: LayerWeights, index: number): Promise<void> {
    const { cache, config, chunk, ends, gpu, shapes } = this.#parts;
    const { heads, headSize, width } = config;
    const tuning = wkvTuning(gpu.caps, headSize);
    assert(tuning, 'no WKV for this head size');
    const { items } = tuning;
    const sequences = this.#sequences;
    const scan = sequences ? oneTokenScan(tuning.scan) : tuning.scan;
    const { proj, vFirst, y, bonus, mixed } = this.#scratch;
    const { vectors } = layer;
    const { run } = ends;
    const shape = shapes.add(
      wkvShape({
        heads,
        stride: width,
        slotStride: chunk * width,
        vectorsOffset: vectorOffset(config, 'att.k_k'),
        outStride: width,
        stateOffset: sequences ? 0 : index * heads * headSize * headSize,
        stateStride: heads * headSize * headSize,
      }),
    );
    const prepare = await cache.get(wkvPrepare, wkvPrepareVariant(items, headSize, index === 0));
    this.#step(prepare, wkvItemsGrid(items, heads), { proj, vFirst, bonus, vectors, shape, run });
    const scanning = await cache.get(scanKernel(scan), wkvScanVariant(scan, headSize, sequences));
    this.#stateStep(scanning, wkvScanGrid(scan, heads, headSize, sequences), (_shift, wkv) => ({
      ...{ proj, wkv: sequences ? layerOfBatch(wkv, config, index) : wkv, y, shape, run },
    }));
    const finish = await cache.get(wkvFinish, wkvFinishVariant(items, headSize, 'f16'));
    this.#step(finish, wkvItemsGrid(items, heads), { y, out: mixed, proj, bonus, vectors, shape, run });
  }

  async #channelMix(layer: LayerWeights): Promise<void> {
    const { config, chunk } = this.#parts;
    const { width, ffnWidth } = config;
    const { mixed, proj } = this.#scratch;
    const key = { xOffset: chunk * width, xStride: width, outOffset: 0, outStride: ffnWidth } as const;
    await this.#product([layer.ffnKey], layer, [{ ...key, activation: 'reluSquared' }], { out: 'f16' }, mixed, proj);
    const value = { xOffset: 0, xStride: ffnWidth, outOffset: 0, outStride: width };
    await this.#product([layer.ffnValue], layer, [value], { adds: true, out: 'f32' }, proj);
  }

  /** Matrices of f16 in one buffer: their own, or the shared one after steps that fill it. */
  async #operand(matrices: readonly Matrix[]): Promise<Operand> {
    const { cache, gpu, shapes } = this.#parts;
    const slices = matrices.map(({ slices: [slice] }) => slice);
    const [first] = slices;
    assert(first, 'a matrix without rows');
    if (matrices.every(({ format }) => format === 'f16')) {
      const offsets = slices.map((slice) => slice?.weights.offset ?? 0);
      const together = slices.every((slice) => slice?.weights.buffer === first.weights.buffer);
      assert(together, 'matrices of one product lie in one buffer');
      return { weights: first.weights.buffer, scales: first.scales.buffer, offsets };
    }
    const offsets: number[] = [];
    let at = 0;
    for (const [i, { format, rows, paddedColumns }] of matrices.entries()) {
      const slice = slices[i];
      assert(slice, 'a matrix without rows');
      offsets.push(at);
      const pipeline = await cache.get(dequantise, dequantiseVariant(format));
      const group = bind(gpu, pipeline, {
        weights: slice.weights,
        scales: slice.scales,
        out: this.#scratch.dequantised,
        shape: shapes.add([
          rows,
          paddedColumns,
          rowByteLength(format, paddedColumns) / 16,
          rowScaleByteLength(format, paddedColumns) / 4,
          at / 16,
        ]),
      });
      const groups = foldGrid(Math.ceil((rows * paddedColumns) / DEQUANTISED_AT_ONCE / DEQUANTISE_WORKGROUP));
      this.#steps.push({ pipeline: pipeline.pipeline, group, grid: () => groups });
      at += 2 * rows * paddedColumns;
    }
    return { weights: this.#scratch.dequantised, scales: first.scales.buffer, offsets };
  }

  async #product(
    matrices: readonly Matrix[],
    layer: LayerWeights,
    places: readonly SegmentPlace[],
    epilogue: UnitsEpilogue,
    x: GPUBuffer,
    out: GPUBuffer = this.#parts.ends.x,
  ): Promise<void> {
    const { cache, ends, shapes } = this.#parts;
    assert(matrices.length <= MAX_SEGMENTS, 'too many products for one dispatch');
    const { weights, scales, offsets } = await this.#operand(matrices);
    const segments = matrices.map(({ rows, paddedColumns }, i): UnitsSegment => {
      const place = places[i];
      assert(place, 'a product without a place');
      return { ...place, rows, columns: paddedColumns, weightOffset: offsets[i] ?? 0 };
    });
    const pipeline = await cache.get(matMatUnits, matMatUnitsVariant(this.#tiling, 'f16', epilogue));
    const shape = shapes.add(unitsShape(this.#tiling, 'f16', segments));
    this.#step(pipeline, unitsGrid(this.#tiling, segments), {
      ...{ weights, scales, x, out, shape, vectors: layer.vectors, run: ends.run },
    });
  }

  #step<B extends string>(pipeline: Pipeline<B>, grid: Grid, bound: Readonly<Record<B, Bound>>): void {
    this.#steps.push({ pipeline: pipeline.pipeline, group: bind(this.#parts.gpu, pipeline, bound), grid });
  }

  #stateStep<B extends string>(
    pipeline: Pipeline<B>,
    grid: Grid,
    bound: (shift: GPUBuffer, wkv: GPUBuffer) => Readonly<Record<B, Bound>>,
  ): void {
    const { gpu, stateSteps } = this.#parts;
    const group = stateSteps.add((shift, wkv) => bind(gpu, pipeline, bound(shift, wkv)));
    this.#steps.push({ pipeline: pipeline.pipeline, group, grid });
  }
}
