/**
 * A stand-in for a GPU that computes nothing: buffers have a size and no memory, and what is written to them is checked,
 * counted and dropped. As in a real driver, a write stays in main memory until the queue has drained.
 */
import { globals } from 'webgpu';
import type { Gpu } from '../../src/engine/gpu/device.ts';

export interface CountingGpu extends Gpu {
  /** Bytes of all buffers that were made, and of all writes. */
  readonly counts: { created: number; written: number };
}

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
export function createCountingGpu({ drains = true } = {}): CountingGpu {
  // WebGPU's constants; with them comes Dawn, as in the program itself.
  Object.assign(globalThis, globals);
  const counts = { created: 0, written: 0 };
  const staging = new Staging();
  const queue = {
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
    submit: () => undefined,
  };
  const createBuffer = ({ label = '', size }: GPUBufferDescriptor) => {
    counts.created += size;
    return { label, size, destroy: () => undefined };
  };
  // Pipelines, layouts and bind groups are opaque to the engine: an empty object is as good as any.
  const device = new Proxy(
    { queue, createBuffer },
    {
      get: (target, name: string) =>
        name in target
          ? target[name as keyof typeof target]
          : name.endsWith('Async')
            ? () => Promise.resolve({})
            : () => ({}),
    },
  );
  return {
    // The engine uses no more of a device than this on its way to a loaded model.
    device: device as unknown as GPUDevice,
    caps: {
      ...{ name: 'counting', isCpu: false, subgroups: { min: 32, max: 32 }, shaderF16: true, timestamps: false },
      ...{ maxBindingSize: 2 ** 31 - 4, maxBufferSize: 2 ** 38, maxInvocations: 1024 },
      ...{ maxWorkgroupBytes: 49152, matrixUnits: undefined },
    },
    check: () => undefined,
    destroy: () => undefined,
    counts,
  };
}
