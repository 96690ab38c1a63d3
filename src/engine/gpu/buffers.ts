/** GPU buffers: creation in one place, sizes that WebGPU accepts, small uniforms in one buffer, read-back. */
import { assert } from '../api/errors.ts';
import type { Gpu } from './device.ts';

/** WebGPU's numbers for usages. Its own names for them are globals, which are not there where no device is opened. */
const USAGE = { MAP_READ: 0x1, COPY_SRC: 0x4, COPY_DST: 0x8, UNIFORM: 0x40, STORAGE: 0x80 } as const;
/** The same for mapping. */
const MAP_MODE_READ = 0x1;

/** Rounds up to a multiple of `step`. */
export const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** A zero-filled storage buffer that can be copied and written; at least 16 bytes, a multiple of 4. */
export function storageBuffer({ device }: Gpu, label: string, byteLength: number): GPUBuffer {
  return device.createBuffer({
    label,
    size: Math.max(16, roundUp(byteLength, 4)),
    usage: USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST,
  });
}

/** A uniform buffer of `words` u32, to be rewritten each run. */
export function uniformBuffer({ device }: Gpu, label: string, words: number): GPUBuffer {
  return device.createBuffer({
    label,
    size: roundUp(words * 4, 16),
    usage: USAGE.UNIFORM | USAGE.COPY_DST,
  });
}

/** Destroys every buffer of a set by names. */
export function destroyBuffers<T extends Readonly<Record<keyof T, GPUBuffer>>>(buffers: T): void {
  for (const buffer of Object.values<GPUBuffer>(buffers)) buffer.destroy();
}

/** One uniform buffer of an arena: what is in it, and how much of it is taken, in words. */
interface Page {
  readonly buffer: GPUBuffer;
  readonly words: Uint32Array<ArrayBuffer>;
  used: number;
}

/**
 * Many small constant structs of u32 in few uniform buffers: `add` hands out bindings, `upload` writes what has been added
 * since it was last called.
 */
export class UniformArena {
  /** WebGPU's largest alignment of uniform offsets. */
  static readonly #SLOT = 256;
  /** WebGPU's least limit on a uniform binding; a struct must fit. */
  static readonly PAGE_BYTES = 65_536;
  readonly #gpu: Gpu;
  readonly #pages: Page[] = [];
  readonly #changed = new Set<Page>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A binding of `values`, which are on the device after the next `upload`. */
  add(values: readonly number[]): GPUBufferBinding {
    const byteLength = 4 * values.length;
    assert(byteLength <= UniformArena.PAGE_BYTES, 'a uniform struct is too large');
    const page = this.#pageWith(byteLength);
    const offset = page.used;
    page.words.set(values, offset);
    page.used += roundUp(byteLength, UniformArena.#SLOT) / 4;
    this.#changed.add(page);
    return { buffer: page.buffer, offset: 4 * offset, size: roundUp(byteLength, 16) };
  }

  #pageWith(byteLength: number): Page {
    const last = this.#pages.at(-1);
    if (last && 4 * last.used + byteLength <= UniformArena.PAGE_BYTES) return last;
    const words = new Uint32Array(UniformArena.PAGE_BYTES / 4);
    const page = { buffer: uniformBuffer(this.#gpu, 'shapes', words.length), words, used: 0 };
    this.#pages.push(page);
    return page;
  }

  upload(): void {
    for (const { buffer, words } of this.#changed) this.#gpu.device.queue.writeBuffer(buffer, 0, words);
    this.#changed.clear();
  }

  destroy(): void {
    for (const { buffer } of this.#pages) buffer.destroy();
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
    usage: USAGE.MAP_READ | USAGE.COPY_DST,
  });
  let at = 0;
  for (const range of ranges) {
    encoder.copyBufferToBuffer(range.buffer, range.offset ?? 0, staging, at, range.byteLength);
    at += range.byteLength;
  }
  gpu.device.queue.submit([encoder.finish()]);
  try {
    await pause?.();
    await staging.mapAsync(MAP_MODE_READ);
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
