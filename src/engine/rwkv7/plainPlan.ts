/**
 * The forward pass of RWKV-7 as plans of dispatches that any adapter runs, in the order and the letters of the published
 * equations: embedding, then per layer time mix and channel mix, then head. Prefill and decode differ only in the matrix
 * kernel; runs of one sequence and of many only in the recurrence.
 */
import type { PipelineCache, Step } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import { roundUp, type UniformArena } from '../gpu/buffers.ts';
import type { ModelConfig } from './config.ts';
import { LOW, MIXED, PROJ, vectorOffset } from './layout.ts';
import type { Ends } from './ends.ts';
import { addProduct } from './plainProduct.ts';
import type { Place, Product, ProductParts } from './product.ts';
import type { Recurrence } from './recurrence.ts';
import type { PlainScratch } from './scratch.ts';
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
  /** Whose tokens the rows are. */
  readonly recurrence: Recurrence;
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
  readonly #recurrence: Recurrence;
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
    this.#recurrence = parts.recurrence;
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
    this.#both(await this.#recurrence.end());
    return { prefill: this.#prefill, decode: this.#decode };
  }

  /** A slot of `mixed`, `proj` or another buffer of [slots][maxChunk][width]. */
  #slot(buffer: GPUBuffer, slot: number, width = this.#config.width): Place {
    const stride = roundUp(width, 4);
    return { buffer, offset: slot * this.#maxChunk * stride, stride };
  }

  #both(steps: readonly Step[]): void {
    this.#prefill.push(...steps);
    this.#decode.push(...steps);
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

    this.#both(await this.#recurrence.normMix(layer, index, 'time'));
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
    this.#both(await this.#recurrence.wkv(layer, index));
    await this.#product({
      matrix: layer.output,
      from: { buffer: gated, offset: 0, stride: width },
      to: { buffer: x, offset: 0, stride: width },
      epilogue: { adds: true },
      vectors,
    });
  }

  async #channelMix(layer: LayerWeights, index: number): Promise<void> {
    const { hidden, mixed } = this.#scratch;
    const { x } = this.#ends;
    const { width, ffnWidth } = this.#config;
    const { vectors } = layer;
    const inner = { buffer: hidden, offset: 0, stride: roundUp(ffnWidth, 4) };
    this.#both(await this.#recurrence.normMix(layer, index, 'channel'));
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
