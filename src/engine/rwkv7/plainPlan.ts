/**
 * The forward pass of RWKV-7 as plans of dispatches that any adapter runs, in the order and the letters of the published
 * equations: embedding, then per layer time mix and channel mix, then head. Prefill and decode differ only in the matrix
 * kernel.
 */
import { bind, type Bound, type Pipeline, type PipelineCache, type Step } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import { roundUp, type UniformArena } from '../gpu/buffers.ts';
import * as kernels from '../kernels/kernels.ts';
import { copyWordsVariant, layerNormMixVariant, NORM_WORKGROUP, timeMixVariant } from '../kernels/variants.ts';
import { shiftLength, type ModelConfig } from './config.ts';
import { LOW, MIXED, PROJ, vectorOffset } from './layout.ts';
import type { Ends } from './ends.ts';
import { cpuTimeMixSteps } from './cpuSteps.ts';
import { addProduct } from './plainProduct.ts';
import type { Place, Product, ProductParts } from './product.ts';
import type { PlainScratch } from './scratch.ts';
import type { StateSteps } from './stateSteps.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

export interface PlainPlan {
  readonly prefill: readonly Step[];
  readonly decode: readonly Step[];
}

export interface PlainPlanParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly ends: Ends;
  readonly scratch: PlainScratch;
  readonly maxChunk: number;
  readonly shapes: UniformArena;
  readonly stateSteps: StateSteps;
}

/** Builds the plan. */
export function buildPlainPlan(parts: PlainPlanParts): Promise<PlainPlan> {
  return new PlainBuilder(parts).build();
}

class PlainBuilder {
  readonly #gpu: Gpu;
  readonly #cache: PipelineCache;
  readonly #config: ModelConfig;
  readonly #weights: ModelWeights;
  readonly #ends: Ends;
  readonly #scratch: PlainScratch;
  readonly #maxChunk: number;
  readonly #shapes: UniformArena;
  readonly #stateSteps: StateSteps;
  readonly #prefill: Step[];
  readonly #decode: Step[];

  constructor(parts: PlainPlanParts) {
    this.#gpu = parts.gpu;
    this.#cache = parts.cache;
    this.#config = parts.config;
    this.#weights = parts.weights;
    this.#ends = parts.ends;
    this.#scratch = parts.scratch;
    this.#maxChunk = parts.maxChunk;
    this.#shapes = parts.shapes;
    this.#stateSteps = parts.stateSteps;
    this.#prefill = [...parts.ends.embed];
    this.#decode = [...parts.ends.embed];
  }

  get #tools(): ProductParts {
    return { gpu: this.#gpu, cache: this.#cache, shapes: this.#shapes };
  }

  async build(): Promise<PlainPlan> {
    for (const [index, layer] of this.#weights.layers.entries()) {
      await this.#timeMix(layer, index);
      await this.#channelMix(layer, index);
    }
    await this.#keepShift();
    return { prefill: this.#prefill, decode: this.#decode };
  }

  /** The state's shift becomes what the run's norms have kept: at the end, as tokens of a chunk read the old one. */
  async #keepShift(): Promise<void> {
    const pipeline = await this.#cache.get(kernels.copyWords, copyWordsVariant);
    const groups = Math.ceil(shiftLength(this.#config) / NORM_WORKGROUP);
    this.#stateStep(
      pipeline,
      () => [groups],
      (shift) => ({ source: this.#ends.shiftNext, target: shift }),
    );
  }

  /** A slot of `mixed`, `proj` or another buffer of [slots][maxChunk][width]. */
  #slot(buffer: GPUBuffer, slot: number, width = this.#config.width): Place {
    const stride = roundUp(width, 4);
    return { buffer, offset: slot * this.#maxChunk * stride, stride };
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
    const { mixed } = this.#scratch;
    const { x, shiftNext, run } = this.#ends;
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
    const group = this.#stateSteps.add((shift, wkv) => bind(this.#gpu, pipeline, bound(shift, wkv)));
    this.#both({ pipeline: pipeline.pipeline, group, grid });
  }

  async #timeMix(layer: LayerWeights, index: number): Promise<void> {
    const { mixed, proj, low, gated } = this.#scratch;
    const { x } = this.#ends;
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
    const { run } = this.#ends;
    const onCpu = await cpuTimeMixSteps(this.#tools, this.#config, this.#scratch, run, this.#maxChunk, layer, index);
    if (onCpu) {
      this.#both(onCpu.inputs);
      this.#stateStep(onCpu.rows.pipeline, onCpu.rows.grid, onCpu.rows.bound);
      this.#both(onCpu.outputs);
      return;
    }
    const pipeline = await this.#cache.get(kernels.timeMix, timeMixVariant(this.#gpu.caps, headSize, index === 0));
    const shape = this.#shapes.add([width, width, this.#maxChunk * width, vectorOffset(this.#config, 'att.k_k')]);
    const layerBytes = heads * headSize * headSize * 4;
    const { proj, vFirst, gated } = this.#scratch;
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
    const { hidden, mixed } = this.#scratch;
    const { x } = this.#ends;
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

  #product(product: Product): Promise<void> {
    const target = { many: this.#prefill, one: this.#decode, run: this.#ends.run };
    return addProduct(this.#tools, product, target);
  }
}
