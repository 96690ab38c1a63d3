/**
 * Prefill on matrix units: activations go through f16 between products, sums are f32. Weights that are not f16 are turned
 * into f16 once a chunk, in a buffer that all matrices share. Models and adapters that do not fit take the plain plan.
 */
import { assert } from '../api/errors.ts';
import { destroyBuffers, type UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, foldGrid, type Bound, type Grid, type Pipeline, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { dequantise } from '../kernels/kernels.ts';
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
import { DEQUANTISE_WORKGROUP, DEQUANTISED_AT_ONCE, dequantiseVariant, type Activation } from '../kernels/variants.ts';
import { rowByteLength, rowScaleByteLength } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { MIXED, PROJ, vectorOffset, type LayerVector } from './layout.ts';
import type { Matrix } from './matrix.ts';
import type { Ends } from './ends.ts';
import type { LayerPart } from './recurrence.ts';
import { keepShiftStep, normMixStep, wkvSteps, type RecurrenceStepParts } from './recurrenceSteps.ts';
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
  return { steps: (tokens) => (tokens <= FEW_TOKENS ? few : many), destroy: () => destroyBuffers(scratch) };
}

/** The same for runs with the next token of each of a few sequences, whose states lie as `ManySequences` says. */
export async function buildUnitsBatchPlan(parts: UnitsPlanParts): Promise<UnitsPlan> {
  const scratch = createUnitsScratch(parts.gpu, parts.config, parts.weights, parts.chunk);
  const steps = await new UnitsBuilder(parts, scratch, UNITS_TILINGS.few, true).build();
  return { steps: () => steps, destroy: () => destroyBuffers(scratch) };
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
  readonly #stepParts: RecurrenceStepParts;
  readonly #steps: Step[];

  constructor(parts: UnitsPlanParts, scratch: UnitsScratch, tiling: Tiling, sequences: boolean) {
    this.#parts = parts;
    this.#scratch = scratch;
    this.#tiling = tiling;
    this.#stepParts = { ...parts, sequences, output: 'f16' };
    this.#steps = [...parts.ends.embed];
  }

  async build(): Promise<readonly Step[]> {
    for (const [index, layer] of this.#parts.weights.layers.entries()) {
      await this.#normMix(layer, index, 'time');
      await this.#projections(layer);
      await this.#wkv(layer, index);
      await this.#product([layer.output], layer, [this.#intoX(0)], { adds: true, out: 'f32' }, this.#scratch.mixed);
      await this.#normMix(layer, index, 'channel');
      await this.#channelMix(layer);
    }
    // The norms of many sequences have advanced their shifts in place.
    if (!this.#stepParts.sequences) this.#steps.push(await keepShiftStep(this.#parts));
    return this.#steps;
  }

  #intoX(mixedSlot: number): SegmentPlace {
    const { config, chunk } = this.#parts;
    const { width } = config;
    return { xOffset: mixedSlot * chunk * width, xStride: width, outOffset: 0, outStride: width };
  }

  async #normMix(layer: LayerWeights, index: number, part: LayerPart): Promise<void> {
    const { chunk, config } = this.#parts;
    const slotBytes = 2 * chunk * config.width;
    const [slot, mixes] = part === 'time' ? [0, 6] : [1, 1];
    const out = { buffer: this.#scratch.mixed, offset: slot * slotBytes, size: mixes * slotBytes };
    this.#steps.push(await normMixStep(this.#stepParts, layer, index, part, out));
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
    const { proj, vFirst, y, bonus, mixed: out } = this.#scratch;
    const steps = await wkvSteps(this.#stepParts, layer, index, { proj, vFirst, y, bonus, out });
    assert(steps, 'no WKV for this head size');
    this.#steps.push(...steps);
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
}
