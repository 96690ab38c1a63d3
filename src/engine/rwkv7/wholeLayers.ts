/**
 * The layers of one token in one dispatch each, where the device runs enough workgroups at a time and lets them wait for
 * each other. What such a dispatch leaves behind is worthless once `stalled` is set.
 */
import { assert } from '../api/errors.ts';
import { storageBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Pipeline, Step } from '../gpu/kernel.ts';
import { fixedSubgroupSize } from '../kernels/decode.ts';
import {
  decodeLayer,
  decodeLayerVariant,
  exchangeBytes,
  fitLayer,
  layerShape,
  projectParts,
} from '../kernels/decodeLayer.ts';
import type { WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import type { DecodePlanParts } from './decodeParts.ts';
import { vectorOffset, type LayerVector } from './layout.ts';
import { stacksOf } from './layerStacks.ts';
import { residentGroups } from './residentGroups.ts';

export interface WholeLayers {
  readonly steps: readonly Step[];
  /** Its first word is not 0 once a dispatch has given up waiting. */
  readonly exchange: GPUBuffer;
}

type LayerPipeline = Pipeline<(typeof decodeLayer)['bindings'][number]['name']>;

/** What a pipeline is made for, and how many workgroups of it run at a time. */
interface Fitted {
  readonly pipeline: LayerPipeline;
  readonly groups: number;
}

/** Builds the steps; undefined where model or device do not fit them. */
export async function buildWholeLayers(parts: DecodePlanParts): Promise<WholeLayers | undefined> {
  const { gpu, config } = parts;
  const subgroup = fixedSubgroupSize(gpu.caps);
  if (gpu.caps.waitingGroups === 0 || subgroup === undefined || config.layers < 2) return undefined;
  const exchange = storageBuffer(gpu, 'exchange', exchangeBytes(config));
  const builder = new Builder(parts, subgroup, exchange);
  const steps = await builder.build();
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
  readonly #fitted = new Map<string, Fitted | undefined>();

  constructor(parts: DecodePlanParts, subgroup: number, exchange: GPUBuffer) {
    this.#parts = parts;
    this.#subgroup = subgroup;
    this.#exchange = exchange;
  }

  async build(): Promise<Step[] | undefined> {
    const steps: Step[] = [];
    for (const index of this.#parts.weights.layers.keys()) {
      const step = await this.#layer(index);
      if (!step) return undefined;
      steps.push(step);
    }
    return steps;
  }

  async #layer(index: number): Promise<Step | undefined> {
    const { config, decodeScratch, ends, shapes, stateSteps, weights } = this.#parts;
    const layer = weights.layers[index];
    assert(layer !== undefined, 'a layer is missing');
    const stacks = stacksOf(layer);
    if (!stacks) return undefined;
    const { format } = stacks.projections;
    if ([stacks.output, stacks.ffnKey, stacks.ffnValue].some((matrix) => matrix.format !== format)) return undefined;
    const bound = {
      projections: stacks.projections.weights,
      projectionScales: stacks.projections.scales,
      output: stacks.output.weights,
      outputScales: stacks.output.scales,
      ffnKey: stacks.ffnKey.weights,
      ffnKeyScales: stacks.ffnKey.scales,
      ffnValue: stacks.ffnValue.weights,
      ffnValueScales: stacks.ffnValue.scales,
      adaptersIn: stacks.adaptersIn,
      adaptersOut: stacks.adaptersOut,
      vectors: layer.vectors,
      vFirst: decodeScratch.vFirst,
      x: ends.x,
    };
    const firstLayer = index === 0;
    const fitted = await this.#fit(format, firstLayer, bound);
    if (!fitted) return undefined;
    const { pipeline, groups } = fitted;
    const shape = shapes.add(layerShape(index, config.layers, projectParts(config, format, firstLayer, groups)));
    const layerBytes = config.heads * config.headSize * config.headSize * 4;
    return stateSteps.step(
      pipeline,
      () => [groups],
      (shift, wkv) => ({
        ...{ ...bound, shape, shift, exchange: this.#exchange },
        wkv: { buffer: wkv, offset: index * layerBytes, size: layerBytes },
      }),
    );
  }

  async #fit(format: WeightFormat, firstLayer: boolean, bound: LayerBound): Promise<Fitted | undefined> {
    const key = `${format} ${firstLayer}`;
    if (!this.#fitted.has(key)) this.#fitted.set(key, await this.#fitFor(format, firstLayer, bound));
    return this.#fitted.get(key);
  }

  /** Finds how many workgroups run at a time, and a tiling for so many. Each depends on the other. */
  async #fitFor(format: WeightFormat, firstLayer: boolean, bound: LayerBound): Promise<Fitted | undefined> {
    const { cache, config, decodeScratch, gpu, layerTiling: tiling } = this.#parts;
    const { normed: shift, hidden: wkv } = decodeScratch;
    const most = gpu.caps.waitingGroups;
    let groups = Math.min(FIRST_GUESS, most);
    for (let attempt = 0; attempt < 3; attempt++) {
      const fit = fitLayer(gpu.caps, config, format, { subgroup: this.#subgroup, groups, tiling });
      if (!fit) return undefined;
      const variant = { config, format, fit, slots: slotsOf(config), subgroup: this.#subgroup, firstLayer };
      const pipeline = await cache.get(decodeLayer, decodeLayerVariant(variant));
      const resident = Math.min(most, await residentGroups(gpu, pipeline, { ...bound, shift, wkv }));
      if (resident === groups) return { pipeline, groups };
      groups = resident;
    }
    return undefined;
  }
}

type LayerBound = Omit<Parameters<typeof residentGroups>[2], 'shift' | 'wkv'>;

function slotsOf(config: ModelConfig) {
  const slot = (name: LayerVector): number => vectorOffset(config, name) / config.width;
  return {
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
