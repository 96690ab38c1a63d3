/** A GPU for tests: whatever adapter the environment offers. No adapter is a failure, never a skip. */
import { create, globals } from 'webgpu';
import { readBack, storageBuffer, uniformBuffer } from '../../src/engine/gpu/buffers.ts';
import { openDevice, type DeviceOptions, type Gpu } from '../../src/engine/gpu/device.ts';
import { bind, type Bound, type Kernel, type PipelineCache } from '../../src/engine/gpu/kernel.ts';
import type { Variant } from '../../src/engine/gpu/shader.ts';
import { seededRandom } from './randomModel.ts';

Object.assign(globalThis, globals);

/**
 * Every kernel has a variant with subgroups and one without; tests run in both. On lavapipe LLVM needs longer still for
 * those without, and they do not depend on the subgroup size, which is what that run is for: SwiftShader's has them.
 */
export const SUBGROUP_CHOICES: readonly { readonly noSubgroups: boolean }[] =
  process.env['ANSER_TEST_ADAPTER'] === 'lavapipe'
    ? [{ noSubgroups: false }]
    : [{ noSubgroups: false }, { noSubgroups: true }];

const keep = globalThis as unknown as { keepGpuInstances?: GPU[] };

/** A device of the default backend; the instance stays reachable for ever, as Dawn requires. */
export async function openTestGpu(options: DeviceOptions = {}): Promise<Gpu> {
  const instance = create(['enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia']);
  (keep.keepGpuInstances ??= []).push(instance);
  return openDevice(instance, options);
}

export function upload(
  gpu: Gpu,
  data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
): GPUBuffer {
  const buffer = storageBuffer(gpu, 'test', data.byteLength);
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** A storage buffer full of NaN, so that an element that no one wrote shows. */
export const poisoned = (gpu: Gpu, length: number): GPUBuffer => upload(gpu, new Float32Array(length).fill(Number.NaN));

export function uniform(gpu: Gpu, words: readonly number[]): GPUBuffer {
  const buffer = uniformBuffer(gpu, 'test', words.length);
  gpu.device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
  return buffer;
}

export const download = (gpu: Gpu, buffer: GPUBuffer, length: number): Promise<Float32Array<ArrayBuffer>> =>
  readBack(gpu, [{ buffer, byteLength: length * 4 }]);

/** Runs one kernel and waits for it. */
export async function dispatch<B extends string>(
  gpu: Gpu,
  cache: PipelineCache,
  kernel: Kernel<B>,
  variant: Variant,
  bound: Readonly<Record<B, Bound>>,
  grid: readonly [number, number?, number?],
): Promise<void> {
  const pipeline = await cache.get(kernel, variant);
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline.pipeline);
  pass.setBindGroup(0, bind(gpu, pipeline, bound));
  pass.dispatchWorkgroups(...grid);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
  await gpu.device.queue.onSubmittedWorkDone();
  gpu.check();
}

/** ‖actual − expected‖ / ‖expected‖ in doubles; NaN anywhere gives NaN, which passes no bound. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.NaN;
  let difference = 0;
  let norm = 0;
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? Number.NaN;
    difference += (value - wanted) ** 2;
    norm += wanted ** 2;
  });
  return Math.sqrt(difference / (norm || 1));
}

/** Numbers in ±scale, the same for the same seed. */
export function randomNumbers(seed: number, length: number, scale = 1): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => (2 * random() - 1) * scale);
}
