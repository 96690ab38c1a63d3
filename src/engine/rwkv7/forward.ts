/**
 * The forward pass of RWKV-7 as plans of dispatches, in the order and the letters of the published equations:
 * embedding, then per layer time mix and channel mix, then head. Prefill and decode differ only in the matrix kernel.
 */
import { bind, foldGrid, type Bound, type Pipeline, type PipelineCache, type Step } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import { roundUp, UniformArena } from '../gpu/buffers.ts';
import * as kernels from '../kernels/kernels.ts';
import {
  embedVariant,
  layerNormMixVariant,
  layerNormVariant,
  MAT_MAT_GRID,
  MAT_VEC_WORKGROUP,
  matMatVariant,
  matVecRowVariant,
  matVecVariant,
  timeMixVariant,
} from '../kernels/variants.ts';
import type { ModelConfig } from './config.ts';
import { cpuProductSteps, cpuTimeMixSteps, type StepTools } from './cpuSteps.ts';
import { LOW, MIXED, PROJ, vectorOffset } from './layout.ts';
import type { Place, Product } from './product.ts';
import type { Scratch } from './scratch.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

/** Makes the bind group of a state-touching step once the state's buffers are known. */
export type StateGroupMaker = (shift: GPUBuffer, wkv: GPUBuffer) => GPUBindGroup;

export interface ForwardPlans {
  readonly prefill: readonly Step[];
  readonly decode: readonly Step[];
  /** Steps of the head for one row and for many; `logits` is where they write, [rows][vocabularySize]. */
  headSteps(logits: GPUBuffer): Promise<{ readonly one: readonly Step[]; readonly many: readonly Step[] }>;
  readonly stateGroups: readonly StateGroupMaker[];
}

/** Most uniform structs a layer and the rest of the model need, for sizing the arena. */
const SHAPES_PER_LAYER = 3;

/** Builds the plans of a model. All pipelines compile in parallel. */
export async function buildForward(
  gpu: Gpu,
  cache: PipelineCache,
  config: ModelConfig,
  weights: ModelWeights,
  scratch: Scratch,
  maxChunk: number,
): Promise<ForwardPlans> {
  const builder = new ForwardBuilder(gpu, cache, config, weights, scratch, maxChunk);
  return builder.build();
}

class ForwardBuilder {
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  readonly #config: ModelConfig;
  readonly #weights: ModelWeights;
  readonly #scratch: Scratch;
  readonly #maxChunk: number;
  readonly #shapes: UniformArena;
  readonly #prefill: Step[] = [];
  readonly #decode: Step[] = [];
  readonly #stateGroups: StateGroupMaker[] = [];

  constructor(
    gpu: Gpu,
    cache: PipelineCache,
    config: ModelConfig,
    weights: ModelWeights,
    scratch: Scratch,
    maxChunk: number,
  ) {
    this.#gpu = gpu;
    this.#cache = cache;
    this.#config = config;
    this.#weights = weights;
    this.#scratch = scratch;
    this.#maxChunk = maxChunk;
    const slices = weights.matrices.reduce((sum, matrix) => sum + matrix.slices.length, 0);
    // The head's slices are bound twice: for one row and for many.
    this.#shapes = new UniformArena(
      gpu,
      slices + 2 * weights.head.slices.length + SHAPES_PER_LAYER * config.layers + 2,
    );
  }

  get #tools(): StepTools {
    return { gpu: this.#gpu, cache: this.#cache, shapes: this.#shapes };
  }

  async build(): Promise<ForwardPlans> {
    await this.#embed();
    for (const [index, layer] of this.#weights.layers.entries()) {
      await this.#timeMix(layer, index);
      await this.#channelMix(layer, index);
    }
    const headNorm = await this.#headNorm();
    const makeHead = async (logits: GPUBuffer): Promise<{ one: Step[]; many: Step[] }> => {
      const one: Step[] = [headNorm];
      const many: Step[] = [headNorm];
      await this.#product(
        {
          matrix: this.#weights.head,
          from: { buffer: this.#scratch.normed, offset: 0, stride: this.#config.width },
          to: { buffer: logits, offset: 0, stride: this.#config.vocabularySize },
          vectors: this.#weights.vectors,
        },
        { prefill: many, decode: one, run: this.#scratch.headRun },
      );
      this.#shapes.upload();
      return { one, many };
    };
    this.#shapes.upload();
    return { prefill: this.#prefill, decode: this.#decode, headSteps: makeHead, stateGroups: this.#stateGroups };
  }

  /** A slot of `mixed`, `proj` or another buffer of [slots][maxChunk][width]. */
  #slot(buffer: GPUBuffer, slot: number, width = this.#config.width): Place {
    const stride = roundUp(width, 4);
    return { buffer, offset: slot * this.#maxChunk * stride, stride };
  }

  async #embed(): Promise<void> {
    const { embedding, vectors } = this.#weights;
    const { caps } = this.#gpu;
    const pipeline = await this.#cache.get(
      kernels.embed,
      embedVariant(caps, embedding.format, this.#config.hasEmbeddingNorm),
    );
    for (const slice of embedding.slices) {
      const group = bind(this.#gpu, pipeline, {
        weights: slice.weights,
        scales: slice.scales,
        tokens: this.#scratch.tokens,
        out: this.#scratch.x,
        vectors,
        shape: this.#shapes.add([
          this.#config.width,
          this.#config.width,
          embedding.paddedColumns / 4,
          slice.rowOffset,
          slice.rows,
        ]),
        run: this.#scratch.run,
      });
      this.#both({ pipeline: pipeline.pipeline, group, grid: (tokens) => [tokens] });
    }
  }

  #both(step: Step): void {
    this.#prefill.push(step);
    this.#decode.push(step);
  }

  /** x = LN(x), then the token-shift mixes; reads and advances row `part` of the layer's shift. */
  async #normMix(layer: LayerWeights, index: number, part: 'time' | 'channel'): Promise<void> {
    const { width } = this.#config;
    const mixes = part === 'time' ? 6 : 1;
    const pipeline = await this.#cache.get(kernels.layerNormMix, layerNormMixVariant(this.#gpu.caps, mixes));
    const shape = this.#shapes.add([
      width,
      width,
      this.#maxChunk * width,
      vectorOffset(this.#config, part === 'time' ? 'ln1.weight' : 'ln2.weight'),
      vectorOffset(this.#config, part === 'time' ? 'att.x_r' : 'ffn.x_k'),
      (2 * index + (part === 'time' ? 0 : 1)) * width,
    ]);
    const { x, mixed, shiftNext, run } = this.#scratch;
    this.#stateStep(
      pipeline,
      (tokens) => [tokens],
      (shift) => ({ x, out: mixed, vectors: layer.vectors, shift, shiftNext, shape, run }),
    );
  }

  /** A step whose bind group waits for a session's state. */
  #stateStep<B extends string>(
    pipeline: Pipeline<B>,
    grid: Step['grid'],
    bound: (shift: GPUBuffer, wkv: GPUBuffer) => Readonly<Record<B, Bound>>,
  ): void {
    const group = this.#stateGroups.push((shift, wkv) => bind(this.#gpu, pipeline, bound(shift, wkv))) - 1;
    this.#both({ pipeline: pipeline.pipeline, group, grid });
  }

  async #timeMix(layer: LayerWeights, index: number): Promise<void> {
    const { mixed, proj, low, x, gated } = this.#scratch;
    const { ranks, width } = this.#config;
    const lowWidth = Math.max(ranks.decay, ranks.iclr, ranks.value, ranks.gate);
    const { vectors } = layer;
    const mix = (name: keyof typeof MIXED): Place => this.#slot(mixed, MIXED[name]);
    const into = (name: keyof typeof PROJ): Place => this.#slot(proj, PROJ[name]);
    const inner = (name: keyof typeof LOW): Place => this.#slot(low, LOW[name], lowWidth);
    const bias = (name: 'att.w0' | 'att.a0' | 'att.v0'): number => vectorOffset(this.#config, name);

    await this.#normMix(layer, index, 'time');
    await this.#product({ matrix: layer.receptance, from: mix('r'), to: into('r'), vectors });
    await this.#product({ matrix: layer.key, from: mix('k'), to: into('k'), vectors });
    await this.#product({ matrix: layer.value, from: mix('v'), to: into('v'), vectors });
    await this.#product({
      matrix: layer.w1,
      from: mix('w'),
      to: inner('decay'),
      epilogue: { activation: 'tanh' },
      vectors,
    });
    await this.#product({ matrix: layer.a1, from: mix('a'), to: inner('iclr'), vectors });
    await this.#product({
      matrix: layer.g1,
      from: mix('g'),
      to: inner('gate'),
      epilogue: { activation: 'sigmoid' },
      vectors,
    });
    if (layer.valueResidual)
      await this.#product({ matrix: layer.valueResidual.v1, from: mix('v'), to: inner('value'), vectors });
    await this.#product({
      matrix: layer.w2,
      from: inner('decay'),
      to: into('decay'),
      epilogue: { bias: true },
      vectors,
      biasOffset: bias('att.w0'),
    });
    const biasedSigmoid = { bias: true, activation: 'sigmoid' } as const;
    await this.#product({
      matrix: layer.a2,
      from: inner('iclr'),
      to: into('iclr'),
      epilogue: biasedSigmoid,
      vectors,
      biasOffset: bias('att.a0'),
    });
    await this.#product({ matrix: layer.g2, from: inner('gate'), to: into('gate'), vectors });
    if (layer.valueResidual)
      await this.#product({
        matrix: layer.valueResidual.v2,
        from: inner('value'),
        to: into('valueMix'),
        epilogue: biasedSigmoid,
        vectors,
        biasOffset: bias('att.v0'),
      });
    await this.#wkv(layer, index);
    await this.#product({
      matrix: layer.output,
      from: { buffer: gated, offset: 0, stride: width },
      to: { buffer: x, offset: 0, stride: width },
      epilogue: { adds: true },
      vectors,
    });
  }

  async #wkv(layer: LayerWeights, index: number): Promise<void> {
    const { heads, headSize, width } = this.#config;
    const onCpu = await cpuTimeMixSteps(this.#tools, this.#config, this.#scratch, this.#maxChunk, layer, index);
    if (onCpu) {
      this.#both(onCpu.inputs);
      this.#stateStep(onCpu.rows.pipeline, onCpu.rows.grid, onCpu.rows.bound);
      this.#both(onCpu.outputs);
      return;
    }
    const pipeline = await this.#cache.get(kernels.timeMix, timeMixVariant(this.#gpu.caps, headSize, index === 0));
    const shape = this.#shapes.add([width, width, this.#maxChunk * width, vectorOffset(this.#config, 'att.k_k')]);
    const layerBytes = heads * headSize * headSize * 4;
    const { proj, vFirst, gated, run } = this.#scratch;
    this.#stateStep(
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

  async #channelMix(layer: LayerWeights, index: number): Promise<void> {
    const { hidden, x, mixed } = this.#scratch;
    const { width, ffnWidth } = this.#config;
    const { vectors } = layer;
    const inner = { buffer: hidden, offset: 0, stride: roundUp(ffnWidth, 4) };
    await this.#normMix(layer, index, 'channel');
    await this.#product({
      matrix: layer.ffnKey,
      from: this.#slot(mixed, 0),
      to: inner,
      epilogue: { activation: 'reluSquared' },
      vectors,
    });
    await this.#product({
      matrix: layer.ffnValue,
      from: inner,
      to: { buffer: x, offset: 0, stride: width },
      epilogue: { adds: true },
      vectors,
    });
  }

  async #headNorm(): Promise<Step> {
    const pipeline = await this.#cache.get(kernels.layerNorm, layerNormVariant(this.#gpu.caps));
    const { width } = this.#config;
    const group = bind(this.#gpu, pipeline, {
      x: this.#scratch.x,
      out: this.#scratch.normed,
      vectors: this.#weights.vectors,
      shape: this.#shapes.add([width, width, 2 * width]),
      run: this.#scratch.headRun,
    });
    return { pipeline: pipeline.pipeline, group, grid: (rows) => [rows] };
  }

  /** Adds a matrix product to both plans, one step for each slice of the matrix. */
  async #product(
    product: Product,
    target: { prefill: Step[]; decode: Step[]; run: GPUBuffer } = {
      prefill: this.#prefill,
      decode: this.#decode,
      run: this.#scratch.run,
    },
  ): Promise<void> {
    const onCpu = await cpuProductSteps(this.#tools, product, target.run);
    if (onCpu) {
      target.prefill.push(...onCpu.many);
      target.decode.push(...onCpu.one);
      return;
    }
    const { matrix, from, to, epilogue = {}, vectors, biasOffset = 0 } = product;
    const { caps } = this.#gpu;
    // CPU adapters without subgroups run one invocation a row several times faster than a workgroup reduction.
    const one = caps.isCpu
      ? this.#cache.get(kernels.matVecRow, matVecRowVariant(matrix.format, epilogue))
      : this.#cache.get(kernels.matVec, matVecVariant(caps, matrix.format, epilogue));
    const [many, vec] = await Promise.all([
      this.#cache.get(kernels.matMat, matMatVariant(matrix.format, epilogue)),
      one,
    ]);
    const rowsPerGroup = caps.isCpu ? MAT_VEC_WORKGROUP : 4;
    for (const slice of matrix.slices) {
      // The three matrix kernels have the same bindings, so one bind group serves them all.
      const group = bind(this.#gpu, many, {
        weights: slice.weights,
        scales: slice.scales,
        x: from.buffer,
        out: to.buffer,
        vectors,
        shape: this.#shapes.add([
          slice.rows,
          matrix.paddedColumns / 4,
          slice.rowOffset,
          from.offset / 4,
          from.stride / 4,
          to.offset,
          to.stride,
          biasOffset,
        ]),
        run: target.run,
      });
      const tile = 4;
      const rowGroups = Math.ceil(slice.rows / (tile * MAT_MAT_GRID.rows));
      target.prefill.push({
        pipeline: many.pipeline,
        group,
        grid: (tokens) => [rowGroups, Math.ceil(tokens / (tile * MAT_MAT_GRID.tokens))],
      });
      const vecGroups = foldGrid(Math.ceil(slice.rows / rowsPerGroup));
      target.decode.push({ pipeline: vec.pipeline, group, grid: () => vecGroups });
    }
  }
}
