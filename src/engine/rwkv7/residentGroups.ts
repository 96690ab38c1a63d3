/** How many workgroups of a kernel the device runs at a time. WebGPU does not say; a barrier over all of them must know. */
import { destroyBuffers, readBack, storageBuffer, uniformBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, type Bound, type Pipeline } from '../gpu/kernel.ts';
import { countingShape, EXCHANGE, type decodeLayers } from '../kernels/decodeLayers.ts';

type LayerBinding = (typeof decodeLayers)['bindings'][number]['name'];

/** More than any GPU has room for. */
const MOST_GROUPS = 2048;
/** The least of several counts is taken: a device that is busy elsewhere has less room. */
const COUNTS = 3;

/**
 * Runs the kernel itself in its counting mode, since how many fit depends on its registers and workgroup memory.
 * @param bound What the kernel binds; in this mode it touches none of it.
 */
export async function residentGroups(
  gpu: Gpu,
  pipeline: Pipeline<LayerBinding>,
  bound: Readonly<Record<Exclude<LayerBinding, 'exchange' | 'shape'>, Bound>>,
): Promise<number> {
  const buffers = {
    exchange: storageBuffer(gpu, 'exchange for counting', 4 * EXCHANGE.words),
    shape: uniformBuffer(gpu, 'shape for counting', countingShape().length),
  };
  const { queue } = gpu.device;
  queue.writeBuffer(buffers.shape, 0, Uint32Array.from(countingShape()));
  const group = bind(gpu, pipeline, { ...bound, ...buffers });
  try {
    let least = Infinity;
    for (let i = 0; i < COUNTS; i++) {
      queue.writeBuffer(buffers.exchange, 0, new Uint32Array(EXCHANGE.words));
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline.pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(MOST_GROUPS);
      pass.end();
      const read = await readBack(
        gpu,
        [{ buffer: buffers.exchange, offset: 4 * EXCHANGE.resident, byteLength: 4 }],
        encoder,
      );
      least = Math.min(least, new Uint32Array(read.buffer)[0] ?? 0);
    }
    return least;
  } finally {
    destroyBuffers(buffers);
  }
}
