/**
 * One token on a GPU in few dispatches: one for all layers where workgroups may wait for each other (`wholeLayers.ts`), else
 * five for each; and one for the head. Everything about the model is a constant of the kernels; models, formats or adapters
 * that they do not fit take the plain plan instead.
 */
import { assert } from '../api/errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Bound, Step } from '../gpu/kernel.ts';
import {
  chooseTiling,
  decodeAdd,
  decodeAddVariant,
  decodeProject,
  decodeProjectVariant,
  decodeTimeMix,
  decodeTimeMixVariant,
  DECODE_HEAD_SIZE,
  fixedSubgroupSize,
  integerInput,
  projectGroups,
  projectWorkgroupBytes,
  rowsPerGroup,
  type ProjectShape,
  type RowTiling,
} from '../kernels/decode.ts';
import type { ModelConfig } from './config.ts';
import type { DecodePlanParts } from './decodeParts.ts';
import { vectorOffset } from './layout.ts';
import { stack, stacksOf, type LayerStacks, type Stack } from './layerStacks.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';
import { buildWholeLayers } from './wholeLayers.ts';

/** How every matrix of the plan is tiled. */
interface LayerTilings {
  readonly projections: RowTiling;
  readonly output: RowTiling;
  readonly ffnKey: RowTiling;
  readonly ffnValue: RowTiling;
}

/** Columns of an int8 block of activations. */
const BLOCK = 32;
/** WebGPU's largest alignment of storage offsets: scales are bound behind so many int8. */
const ALIGNMENT = 256;

function tilingsOf(
  stacks: LayerStacks,
  { width, ffnWidth, ranks }: ModelConfig,
  subgroup: number,
): LayerTilings | undefined {
  const { projections, output, ffnKey, ffnValue } = stacks;
  const parts = [width, ranks.decay, ranks.iclr, ranks.gate, ranks.value];
  const made = {
    projections: chooseTiling(projections.format, width, parts, subgroup, 'projections'),
    output: chooseTiling(output.format, width, [width], subgroup, 'output'),
    ffnKey: chooseTiling(
      ffnKey.format,
      width,
      [ffnWidth],
      subgroup,
      'ffnKey',
      integerInput(ffnValue.format) ? BLOCK : 1,
    ),
    ffnValue: chooseTiling(ffnValue.format, ffnWidth, [width], subgroup, 'ffnValue'),
  };
  return made.projections && made.output && made.ffnKey && made.ffnValue ? (made as LayerTilings) : undefined;
}

/** What the plan needs to know of the layers, checked once; undefined where some layer does not fit. */
interface Fit {
  readonly subgroup: number;
  readonly layers: readonly { readonly stacks: LayerStacks; readonly tilings: LayerTilings }[];
}

function fitOf({ caps }: Gpu, config: ModelConfig, weights: ModelWeights): Fit | undefined {
  const subgroup = fixedSubgroupSize(caps);
  const { headSize, width, ffnWidth, ranks } = config;
  if (subgroup === undefined) return undefined;
  if (headSize !== DECODE_HEAD_SIZE || 4 * headSize > caps.maxInvocations) return undefined;
  if (width % ALIGNMENT !== 0 || ffnWidth % ALIGNMENT !== 0) return undefined;
  if ([ranks.decay, ranks.iclr, ranks.gate, ranks.value].some((rank) => rank % BLOCK !== 0)) return undefined;
  const layers: { stacks: LayerStacks; tilings: LayerTilings }[] = [];
  for (const layer of weights.layers) {
    const stacks = stacksOf(layer);
    const tilings = stacks && tilingsOf(stacks, config, subgroup);
    if (!tilings) return undefined;
    const bytes = [stacks.projections, stacks.ffnKey].map((matrix, i) =>
      projectWorkgroupBytes(matrix.format, width, i === 0 ? tilings.projections : tilings.ffnKey),
    );
    if (Math.max(...bytes) > caps.maxWorkgroupBytes) return undefined;
    layers.push({ stacks, tilings });
  }
  return { subgroup, layers };
}

export interface DecodePlan {
  readonly steps: readonly Step[];
  /** Its first word is not 0 once a step's results are worthless; absent where no step can fail so. */
  readonly stalled?: GPUBuffer;
  /** The head's step into `logits`, or undefined where the head does not fit. */
  head(logits: GPUBuffer): Promise<Step | undefined>;
}

/** Builds the plan; undefined where model or adapter do not fit it. */
export async function buildDecodePlan(parts: DecodePlanParts): Promise<DecodePlan | undefined> {
  const fit = fitOf(parts.gpu, parts.config, parts.weights);
  if (!fit) return undefined;
  const builder = new DecodeBuilder(parts, fit);
  return builder.build();
}

class DecodeBuilder {
  readonly #parts: DecodePlanParts;
  readonly #fit: Fit;
  readonly #steps: Step[];

  constructor(parts: DecodePlanParts, fit: Fit) {
    this.#parts = parts;
    this.#fit = fit;
    this.#steps = [...parts.ends.embed];
  }

  async build(): Promise<DecodePlan> {
    const head = (logits: GPUBuffer): Promise<Step | undefined> => this.#head(logits);
    const whole = await buildWholeLayers(this.#parts);
    if (whole) return { steps: [...this.#steps, ...whole.steps], stalled: whole.exchange, head };
    for (const [index, { stacks, tilings }] of this.#fit.layers.entries()) {
      const layer = this.#parts.weights.layers[index];
      assert(layer !== undefined, 'a layer is missing');
      await this.#timeMix(layer, index, stacks, tilings);
      await this.#channelMix(layer, index, stacks, tilings);
    }
    return { steps: this.#steps, head };
  }

  async #timeMix(layer: LayerWeights, index: number, stacks: LayerStacks, tilings: LayerTilings): Promise<void> {
    const { config, decodeScratch, cache, shapes, stateSteps } = this.#parts;
    const { width, heads, headSize, ranks } = config;
    const { proj, normed, gated, vFirst } = decodeScratch;
    const shiftOffset = 2 * index * width;
    const present = { ...ranks, value: index === 0 ? 0 : ranks.value };
    await this.#project(stacks.projections, tilings.projections, {
      shape: { rowsPerMix: width, tokenShift: true, ranks: present },
      adapters: stacks.adaptersIn,
      vectors: layer.vectors,
      offsets: [vectorOffset(config, 'ln1.weight'), vectorOffset(config, 'att.x_r'), shiftOffset],
      out: proj,
    });

    const pipeline = await cache.get(decodeTimeMix, decodeTimeMixVariant(config, index === 0, stacks.output.format));
    const layerBytes = heads * headSize * headSize * 4;
    const shape = shapes.add([vectorOffset(config, 'att.w0')]);
    this.#steps.push(
      stateSteps.step(
        pipeline,
        () => [heads],
        (_shift, wkv) => ({
          ...{ proj, shape, vFirst, out: gated },
          adapters: stacks.adaptersOut,
          vectors: layer.vectors,
          wkv: { buffer: wkv, offset: index * layerBytes, size: layerBytes },
        }),
      ),
    );
    await this.#add(stacks.output, tilings.output, { input: gated, normed, shiftOffset });
  }

  async #channelMix(layer: LayerWeights, index: number, stacks: LayerStacks, tilings: LayerTilings): Promise<void> {
    const { config, decodeScratch } = this.#parts;
    const { hidden, normed } = decodeScratch;
    const shiftOffset = (2 * index + 1) * config.width;
    await this.#project(stacks.ffnKey, tilings.ffnKey, {
      shape: {
        rowsPerMix: config.ffnWidth,
        tokenShift: true,
        activation: 'reluSquared',
        readBy: stacks.ffnValue.format,
      },
      vectors: layer.vectors,
      offsets: [vectorOffset(config, 'ln2.weight'), vectorOffset(config, 'ffn.x_k'), shiftOffset],
      out: hidden,
    });
    await this.#add(stacks.ffnValue, tilings.ffnValue, { input: hidden, normed, shiftOffset });
  }

  async #head(logits: GPUBuffer): Promise<Step | undefined> {
    const { config, weights } = this.#parts;
    const head = stack(weights.head);
    const tiling = head && chooseTiling(head.format, config.width, [head.rows], this.#fit.subgroup, 'head');
    if (!tiling) return undefined;
    const made = await this.#projectStep(head, tiling, {
      shape: { rowsPerMix: head.rows, tokenShift: false },
      vectors: weights.vectors,
      offsets: [2 * config.width, 0, 0],
      out: logits,
    });
    return made;
  }

  async #project(matrix: Stack, tiling: RowTiling, project: Project): Promise<void> {
    this.#steps.push(await this.#projectStep(matrix, tiling, project));
  }

  async #projectStep(matrix: Stack, tiling: RowTiling, project: Project): Promise<Step> {
    const { cache, shapes, ends, decodeScratch, stateSteps } = this.#parts;
    const { format, rows, columns } = matrix;
    const whole = { ...project.shape, format, rows, columns };
    const variant = decodeProjectVariant(whole, tiling, this.#fit.subgroup);
    const pipeline = await cache.get(decodeProject, variant);
    const shape = shapes.add(project.offsets.map((offset) => offset / 4));
    const groups = projectGroups(whole, tiling);
    return stateSteps.step(
      pipeline,
      () => [groups],
      (shift) => ({
        ...{ shape, shift, weights: matrix.weights, scales: matrix.scales },
        adapters: project.adapters ?? matrix.scales,
        x: ends.x,
        vectors: project.vectors,
        normed: decodeScratch.normed,
        out: project.out,
      }),
    );
  }

  async #add(
    { format, columns, rows, weights, scales }: Stack,
    tiling: RowTiling,
    add: { input: GPUBuffer; normed: GPUBuffer; shiftOffset: number },
  ): Promise<void> {
    const { cache, shapes, ends, stateSteps } = this.#parts;
    const pipeline = await cache.get(decodeAdd, decodeAddVariant(format, columns, tiling, this.#fit.subgroup));
    const { input, normed, shiftOffset } = add;
    // int8: a word for four columns, behind them the scales. f32 has none, and binds anything in their place.
    const inputScales = integerInput(format) ? { buffer: input, offset: columns, size: columns / 8 } : normed;
    const shape = shapes.add([shiftOffset]);
    const groups = rows / rowsPerGroup(tiling);
    this.#steps.push(
      stateSteps.step(
        pipeline,
        () => [groups],
        (shift) => ({
          ...{ weights, scales, input, inputScales, normed, shift, shape, x: ends.x },
        }),
      ),
    );
  }
}

interface Project {
  readonly shape: Omit<ProjectShape, 'format' | 'rows' | 'columns'>;
  readonly adapters?: Bound;
  readonly vectors: Bound;
  /** norm, mix and shift offsets, as the kernel's Shape has them. */
  readonly offsets: readonly [number, number, number];
  readonly out: GPUBuffer;
}
