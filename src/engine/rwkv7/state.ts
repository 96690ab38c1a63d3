/** A live state on the GPU: two buffers, and the bind groups that name them. */
import type { LiveState } from './sequenceModel.ts';

export class GpuState implements LiveState {
  /** [layers][2][width] f32. */
  readonly shift: GPUBuffer;
  /** [layers][heads][value][key] f32. */
  readonly wkv: GPUBuffer;
  /** Bind groups of the steps that touch the state, in the order that the plans number them. */
  readonly groups: readonly GPUBindGroup[];

  constructor(shift: GPUBuffer, wkv: GPUBuffer, groups: readonly GPUBindGroup[]) {
    this.shift = shift;
    this.wkv = wkv;
    this.groups = groups;
  }

  dispose(): void {
    this.shift.destroy();
    this.wkv.destroy();
  }
}
