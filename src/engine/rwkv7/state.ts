/** A live state on the GPU: two buffers, and the bind groups that name them. */
import type { ModelConfig } from './config.ts';
import type { LiveState } from './sequenceModel.ts';
import type { StateSteps } from './stateSteps.ts';

export class GpuState implements LiveState {
  /** [layers][2][width] f32. */
  readonly shift: GPUBuffer;
  /** [layers][heads][value][key] f32. */
  readonly wkv: GPUBuffer;
  readonly #steps: StateSteps;
  /** Made when a plan first wants them: a state that is only kept or copied needs none. */
  readonly #groups = new Map<number, GPUBindGroup>();

  constructor(shift: GPUBuffer, wkv: GPUBuffer, steps: StateSteps) {
    this.shift = shift;
    this.wkv = wkv;
    this.#steps = steps;
  }

  /** The bind group of the state-touching step with this number. */
  group(index: number): GPUBindGroup {
    let group = this.#groups.get(index);
    if (!group) {
      group = this.#steps.make(index, this.shift, this.wkv);
      this.#groups.set(index, group);
    }
    return group;
  }

  dispose(): void {
    this.shift.destroy();
    this.wkv.destroy();
  }
}

/** A layer's matrices of all sequences in the WKV buffer of a batch: how many those are, the buffer's size tells. */
export function layerOfBatch(wkv: GPUBuffer, { layers }: ModelConfig, index: number): GPUBufferBinding {
  const size = wkv.size / layers;
  return { buffer: wkv, offset: index * size, size };
}
