/** GPU buffers: creation in one place, sizes that WebGPU accepts, small uniforms in one buffer, read-back. */
import { assert } from '../api/errors.ts';
import type { Gpu } from './device.ts';

/** Rounds up to a multiple of `step`. */
export const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** A zero-filled storage buffer that can be copied and written; at least 16 bytes, a multiple of 4. */
export function storageBuffer({ device }: Gpu, label: string, byteLength: number): GPUBuffer {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  return device.createBuffer({
    label,
    size: Math.max(16, roundUp(byteLength, 4)),
    usage: STORAGE | COPY_SRC | COPY_DST,
  });
}

/** A storage buffer holding `data`. */
export function uploadedBuffer(gpu: Gpu, label: string, data: Float32Array<ArrayBuffer>): GPUBuffer {
  const buffer = storageBuffer(gpu, label, data.byteLength);
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** A uniform buffer of `words` u32, to be rewritten each run. */
export function uniformBuffer({ device }: Gpu, label: string, words: number): GPUBuffer {
  return device.createBuffer({
    label,
    size: roundUp(words * 4, 16),
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
}

/**
 * Many small constant structs of u32 in one uniform buffer: `add` hands out bindings, `upload` writes all of them once.
 */
export class UniformArena {
  /** WebGPU's largest alignment of uniform offsets, and more than any of our structs needs. */
  static readonly SLOT = 256;
  readonly #gpu: Gpu;
  readonly #buffer: GPUBuffer;
  readonly #words: Uint32Array<ArrayBuffer>;
  #used = 0;

  constructor(gpu: Gpu, slots: number) {
    this.#gpu = gpu;
    this.#words = new Uint32Array((slots * UniformArena.SLOT) / 4);
    this.#buffer = uniformBuffer(gpu, 'shapes', this.#words.length);
  }

  add(values: readonly number[]): GPUBufferBinding {
    const offset = this.#used;
    assert((offset + values.length) * 4 <= this.#words.byteLength, 'the uniform arena is full');
    this.#words.set(values, offset);
    this.#used += roundUp(values.length * 4, UniformArena.SLOT) / 4;
    return { buffer: this.#buffer, offset: offset * 4, size: roundUp(values.length * 4, 16) };
  }

  upload(): void {
    this.#gpu.device.queue.writeBuffer(this.#buffer, 0, this.#words);
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}

/** One source range of a read-back. */
export interface ReadRange {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  readonly byteLength: number;
}

/**
 * Copies ranges into host memory, in order, after everything submitted before. `encoder` may hold work of the same
 * submission; it is finished here. `pause`, if given, runs between submitting and asking for the result. Returns one
 * array over all ranges.
 */
export async function readBack(
  gpu: Gpu,
  ranges: readonly ReadRange[],
  encoder: GPUCommandEncoder = gpu.device.createCommandEncoder(),
  pause?: () => Promise<unknown>,
): Promise<Float32Array<ArrayBuffer>> {
  const total = ranges.reduce((sum, range) => sum + range.byteLength, 0);
  const staging = gpu.device.createBuffer({
    label: 'readback',
    size: total,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  let at = 0;
  for (const range of ranges) {
    encoder.copyBufferToBuffer(range.buffer, range.offset ?? 0, staging, at, range.byteLength);
    at += range.byteLength;
  }
  gpu.device.queue.submit([encoder.finish()]);
  try {
    await pause?.();
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange()).slice();
  } catch (error) {
    // A lost device explains a failed map better than the map's own message.
    await Promise.resolve();
    gpu.check();
    throw error;
  } finally {
    staging.destroy();
  }
}
