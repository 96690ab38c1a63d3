/**
 * A stand-in for a GPU that computes nothing, for loading real files: what is written to its buffers is checked, counted
 * and dropped. As in a real driver, a write stays in main memory until the queue has drained.
 */
import { globals } from 'webgpu';
import { FULL_CAPS } from '../../src/engine/estimateMemory.ts';
import type { Caps, Gpu } from '../../src/engine/gpu/device.ts';
import { createSizingGpu, type BufferCounts } from '../../src/engine/gpu/sizing.ts';

export interface CountingGpu extends Gpu {
  /** Bytes of all buffers that were made, and of all writes. */
  readonly counts: BufferCounts & { created: number; written: number };
}

const CAPS: Caps = { ...FULL_CAPS, matrixUnits: undefined };

interface CountedBuffer {
  readonly label: string;
  readonly size: number;
}

/** Bytes of one block of staging memory. */
const BLOCK_BYTES = 16 << 20;

/** Main memory for writes under way, used again and again as a driver does: it is no garbage of ours to collect. */
class Staging {
  readonly #blocks: Uint8Array[] = [];
  #used = 0;

  copy(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const start = this.#used % BLOCK_BYTES;
      const block = (this.#blocks[Math.floor(this.#used / BLOCK_BYTES)] ??= new Uint8Array(BLOCK_BYTES));
      const part = bytes.subarray(at, at + BLOCK_BYTES - start);
      block.set(part, start);
      at += part.length;
      this.#used += part.length;
    }
  }

  drain(): void {
    this.#used = 0;
  }
}

type Written = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** @param drains false: a queue that never lets go of what was written, to see that a test would notice */
export function createCountingGpu({ drains = true, caps = CAPS }: { drains?: boolean; caps?: Caps } = {}): CountingGpu {
  // WebGPU's constants; with them comes Dawn, as in the program itself.
  Object.assign(globalThis, globals);
  const sizing = createSizingGpu(caps);
  const counts = Object.assign(sizing.counts, { created: 0, written: 0 });
  const staging = new Staging();
  const queue = {
    ...sizing.device.queue,
    writeBuffer: ({ label, size }: CountedBuffer, at: number, data: Written, from = 0, length?: number) => {
      const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
      const byteLength = length === undefined ? data.byteLength - from * unit : length * unit;
      const start = ('buffer' in data ? data.byteOffset : 0) + from * unit;
      if (at + byteLength > size || at % 4 !== 0 || byteLength % 4 !== 0)
        throw new RangeError(`${label}: ${byteLength} bytes at ${at} of ${size}`);
      staging.copy(new Uint8Array('buffer' in data ? data.buffer : data, start, byteLength));
      counts.written += byteLength;
    },
    onSubmittedWorkDone: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (drains) staging.drain();
    },
  };
  const createBuffer = (descriptor: GPUBufferDescriptor) => {
    counts.created += descriptor.size;
    return sizing.device.createBuffer(descriptor);
  };
  const opaque = () => ({});
  const device = {
    ...{ ...sizing.device, queue, createBuffer },
    ...{ createShaderModule: opaque, createBindGroupLayout: opaque, createPipelineLayout: opaque },
    createComputePipelineAsync: () => Promise.resolve({}),
  };
  // The engine uses no more of a device than this on its way to a loaded model and with it.
  return { ...sizing, device: device as unknown as GPUDevice, counts };
}
