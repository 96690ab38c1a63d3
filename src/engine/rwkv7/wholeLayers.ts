/**
 * The layers of one token in as few dispatches as their weights can be bound for, where the device runs enough workgroups at
 * a time and lets them wait for each other. What such a dispatch leaves behind is worthless once `stalled` is set.
 */
import { storageBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Pipeline, Step } from '../gpu/kernel.ts';
import { fixedSubgroupSize } from '../kernels/decode.ts';
import { decodeLayers, decodeLayersVariant, exchangeBytes, fitLayer, layersShape } from '../kernels/decodeLayers.ts';
import { projectTasks } from '../kernels/projectTasks.ts';
import type { WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import type { DecodePlanParts } from './decodeParts.ts';
import { LAYER_VECTORS, vectorOffset, type LayerVector } from './layout.ts';
import { residentGroups } from './residentGroups.ts';
import type { LayerRange } from './weights.ts';

export interface WholeLayers {
  readonly steps: readonly Step[];
  /** Its first word is not 0 once a dispatch has given up waiting. */
  readonly exchange: GPUBuffer;
}

type LayersPipeline = Pipeline<(typeof decodeLayers)['bindings'][number]['name']>;

/** What a pipeline is made for, and how many workgroups of it run at a time. */
interface Fitted {
  readonly pipeline: LayersPipeline;
  readonly groups: number;
  /** Rows of r, k and v that go together. */
  readonly projectRows: number;
}

/** Builds the steps; undefined where model or device do not fit them. */
export async function buildWholeLayers(parts: DecodePlanParts): Promise<WholeLayers | undefined> {
  const { gpu, config, weights } = parts;
  const subgroup = fixedSubgroupSize(gpu.caps);
  if (gpu.caps.waitingGroups === 0 || subgroup === undefined || !weights.ranges) return undefined;
  const exchange = storageBuffer(gpu, 'exchange', exchangeBytes(config));
  const builder = new Builder(parts, subgroup, exchange);
  const steps = await builder.build(weights.ranges);
  if (steps) return { steps, exchange };
  exchange.destroy();
  return undefined;
}

/** Workgroups that a device is first taken to run at a time: those of the GPU that the kernel was written on. */
const FIRST_GUESS = 132;

class Builder {
  readonly #parts: DecodePlanParts;
  readonly #subgroup: number;
  readonly #exchange: GPUBuffer;
  readonly #fitted = new Map<WeightFormat, Fitted | undefined>();

  constructor(parts: DecodePlanParts, subgroup: number, exchange: GPUBuffer) {
    this.#parts = parts;
    this.#subgroup = subgroup;
    this.#exchange = exchange;
  }

  async build(ranges: readonly LayerRange[]): Promise<Step[] | undefined> {
    const steps: Step[] = [];
    for (const range of ranges) {
      const step = await this.#step(range);
      if (!step) return undefined;
      steps.push(step);
    }
    return steps;
  }

  async #step({ first, count, format, ...weights }: LayerRange): Promise<Step | undefined> {
    const { config, ends, shapes, stateSteps } = this.#parts;
    const bound = { ...weights, x: ends.x };
    if (!this.#fitted.has(format)) this.#fitted.set(format, await this.#fit(format, bound));
    const fitted = this.#fitted.get(format);
    if (!fitted) return undefined;
    const { pipeline, groups, projectRows } = fitted;
    const shape = shapes.add(layersShape(first, count, projectTasks(config, format, groups, projectRows)));
    return stateSteps.step(
      pipeline,
      () => [groups],
      (shift, wkv) => ({ ...bound, shape, shift, wkv, exchange: this.#exchange }),
    );
  }

  /** Finds how many workgroups run at a time, and a tiling for so many. Each depends on the other. */
  async #fit(format: WeightFormat, bound: LayersBound): Promise<Fitted | undefined> {
    const { cache, config, decodeScratch, gpu, layerTiling: tiling } = this.#parts;
    const { normed: shift, hidden: wkv } = decodeScratch;
    const most = gpu.caps.waitingGroups;
    let groups = Math.min(FIRST_GUESS, most);
    for (let attempt = 0; attempt < 3; attempt++) {
      const fit = fitLayer(gpu.caps, config, format, { subgroup: this.#subgroup, groups, tiling });
      if (!fit) return undefined;
      const variant = { config, format, fit, slots: slotsOf(config), subgroup: this.#subgroup };
      const pipeline = await cache.get(decodeLayers, decodeLayersVariant(variant));
      const resident = Math.min(most, await residentGroups(gpu, pipeline, { ...bound, shift, wkv }));
      if (resident === groups) return { pipeline, groups, projectRows: fit.tiling.project.rows };
      groups = resident;
    }
    return undefined;
  }
}

type LayersBound = Omit<Parameters<typeof residentGroups>[2], 'shift' | 'wkv'>;

function slotsOf(config: ModelConfig) {
  const slot = (name: LayerVector): number => vectorOffset(config, name) / config.width;
  return {
    count: LAYER_VECTORS.length,
    ln1: slot('ln1.weight'),
    ln2: slot('ln2.weight'),
    mix: slot('att.x_r'),
    ffnMix: slot('ffn.x_k'),
    bias: slot('att.w0'),
  };
}

/**
 * Judges a dispatch by the first word of `exchange`, read after it.
 * @throws EngineError `device-lost`, now and at every later use: some state on the device is worthless
 */
export function checkProgress(gpu: Gpu, stalled: number | undefined): void {
  if (stalled === 0) return;
  gpu.distrust('its workgroups waited for each other in vain');
  gpu.check();
}
