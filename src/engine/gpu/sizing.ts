/**
 * A stand-in for a device on which buffers have a size and no memory, and nothing is computed: what is played on it tells
 * how much memory a real device would be asked for.
 */
import type { Caps, Gpu } from './device.ts';
import { PipelineCache, type Kernel, type Pipeline } from './kernel.ts';

/** Bytes of buffers. */
export interface BufferCounts {
  /** Of those that are there now. */
  live: number;
  /** Of those that were there at a time, at most. */
  most: number;
}

export interface SizingGpu extends Gpu {
  readonly counts: BufferCounts;
}

const nothing = (): void => undefined;

export function createSizingGpu(caps: Caps): SizingGpu {
  const counts: BufferCounts = { live: 0, most: 0 };
  const createBuffer = ({ label = '', size }: GPUBufferDescriptor) => {
    counts.live += size;
    counts.most = Math.max(counts.most, counts.live);
    let alive = true;
    return {
      ...{ label, size },
      mapAsync: () => Promise.resolve(),
      getMappedRange: () => new ArrayBuffer(size),
      destroy: () => {
        if (alive) counts.live -= size;
        alive = false;
      },
    };
  };
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing };
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer: nothing, finish: () => ({}) };
  const device = {
    createBuffer,
    createBindGroup: () => ({}),
    createCommandEncoder: () => encoder,
    queue: { writeBuffer: nothing, submit: nothing, onSubmittedWorkDone: () => Promise.resolve() },
  };
  return {
    // With pipelines from `NoPipelines` the engine asks no more of a device to load and run a model.
    device: device as unknown as GPUDevice,
    caps,
    check: nothing,
    distrust: nothing,
    destroy: nothing,
    counts,
  };
}

/** Pipelines for such a device: they need no shaders, as nothing is compiled. */
export class NoPipelines extends PipelineCache {
  constructor(gpu: SizingGpu) {
    super(gpu, new Map());
  }

  override get<B extends string>(kernel: Kernel<B>): Promise<Pipeline<B>> {
    return Promise.resolve({ kernel, pipeline: {} as GPUComputePipeline, layout: {} as GPUBindGroupLayout });
  }
}
