/** Finds a GPU in Node through Dawn: a real one first, else a software adapter. */
import { constants } from 'node:os';
import { create, globals } from 'webgpu';
import { EngineError } from '../api/errors.ts';
import { openDevice, type DeviceOptions, type Gpu } from '../gpu/device.ts';
import { enableSoftwareAdapter, keepingDrivers } from './softwareAdapter.ts';

export interface NodeGpuOptions extends DeviceOptions {
  /** `auto`: a GPU, else software. `gpu`: a GPU or an error. `software`: never a GPU. Else part of an adapter's name. */
  readonly adapter?: string;
  /** Where the software adapter is unpacked. */
  readonly cacheFolder: string;
}

/** Instances must stay reachable while a device lives: Dawn's event pump holds a raw pointer to them. */
const instances: GPU[] = [];

/** What Dawn is asked for, beyond WebGPU or against its defaults. */
export const DAWN_FEATURES = [
  'allow_unsafe_apis',
  'disable_robustness',
  // No kernel relies on zeros in workgroup memory.
  'disable_workgroup_init',
  'disable_polyfills_on_integer_div_and_mod',
  'vulkan_enable_f16_on_nvidia',
  'use_vulkan_memory_model',
];

function createInstance(name: string | undefined): GPU {
  const flags = [`enable-dawn-features=${DAWN_FEATURES.join(',')}`, 'disable-dawn-features=timestamp_quantization'];
  const instance = create(name === undefined ? flags : [...flags, `adapter=${name}`]);
  instances.push(instance);
  return instance;
}

const noAdapter = (
  message: string,
  cause?: unknown,
  nextStep = 'Update the graphics driver, or choose --adapter software.',
): EngineError => new EngineError('no-adapter', message, { cause, nextStep });

/**
 * Whether this process can load the library through which Dawn finds adapters on Linux. Without it Dawn finds none and
 * prints a warning of its own, so it need not be asked. The attempt is Dawn's own; Node then looks for an add-on in the
 * library, finds none, says so and closes it again.
 */
export function hasVulkanLoader(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1', constants.dlopen.RTLD_LAZY);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Module did not self-register');
  }
}

/**
 * Opens a device as asked.
 * @throws EngineError `no-adapter`
 */
export async function openNodeGpu(options: NodeGpuOptions): Promise<Gpu> {
  Object.assign(globalThis, globals);
  const { adapter = 'auto', cacheFolder } = options;
  if (adapter === 'software') return openSoftware(cacheFolder, options);
  if (!hasVulkanLoader()) {
    if (adapter === 'auto') return openSoftware(cacheFolder, options);
    throw noAdapter(
      'This machine has no Vulkan loader (libvulkan.so.1), without which no GPU can be used.',
      undefined,
      'Install the graphics driver and the Vulkan loader, or choose --adapter software.',
    );
  }
  const named = adapter === 'auto' || adapter === 'gpu' ? undefined : adapter;
  const gpu = await openDevice(createInstance(named), options).catch((error: unknown) => {
    if (named !== undefined) throw noAdapter(`No adapter's name contains "${named}".`, error);
    if (error instanceof EngineError && error.code === 'no-adapter') return undefined;
    throw error;
  });
  if (gpu && !(adapter === 'gpu' && gpu.caps.isCpu)) return gpu;
  gpu?.destroy();
  if (adapter !== 'auto') throw noAdapter('This machine has no GPU that WebGPU can use.');
  return openSoftware(cacheFolder, options);
}

async function openSoftware(cacheFolder: string, options: DeviceOptions): Promise<Gpu> {
  return keepingDrivers(async () => {
    if (!enableSoftwareAdapter(cacheFolder) && process.platform === 'linux')
      throw noAdapter('This machine has no GPU that WebGPU can use, and no software adapter is installed.');
    return requireSoftware(await openDevice(createInstance(undefined), options));
  });
}

/** Off Linux nothing hides a real GPU from Dawn: rather none than the one that the user did not want. */
export function requireSoftware(gpu: Gpu): Gpu {
  if (gpu.caps.isCpu) return gpu;
  gpu.destroy();
  throw noAdapter(
    `The only adapter that was found is ${gpu.caps.name}, which is no software adapter.`,
    undefined,
    'Choose --adapter auto.',
  );
}

/** One honest line about what runs the model. */
export const adapterLine = ({ caps }: Gpu): string =>
  caps.isCpu ? `No GPU in use: running on the CPU through ${caps.name}. This is slow.` : `Running on ${caps.name}.`;
