/** Steps that read or write a session's state: their bind groups wait for the state's buffers. */
import type { Gpu } from '../gpu/device.ts';
import { bind, type Bound, type Grid, type Pipeline, type Step } from '../gpu/kernel.ts';

/** What a step binds, once the buffers of a state are known. */
export type StateBound<B extends string> = (shift: GPUBuffer, wkv: GPUBuffer) => Readonly<Record<B, Bound>>;

/** Numbers the state-touching steps of all plans of a model. */
export class StateSteps {
  readonly #gpu: Gpu;
  readonly #makers: ((shift: GPUBuffer, wkv: GPUBuffer) => GPUBindGroup)[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A step that names its bind group by number. */
  step<B extends string>(pipeline: Pipeline<B>, grid: Grid, bound: StateBound<B>): Step {
    const count = this.#makers.push((shift, wkv) => bind(this.#gpu, pipeline, bound(shift, wkv)));
    return { pipeline: pipeline.pipeline, group: count - 1, grid };
  }

  /** The bind group with this number for a state. */
  make(index: number, shift: GPUBuffer, wkv: GPUBuffer): GPUBindGroup {
    const maker = this.#makers[index];
    if (!maker) throw new RangeError(`there is no state step ${index}`);
    return maker(shift, wkv);
  }
}
