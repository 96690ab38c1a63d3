/** Opens a WebGPU device and states what it offers. The `GPU` object itself comes from the host. */
import { EngineError } from '../api/errors.ts';

/** What kernels may choose by. Read once; every switch that turns a path off acts here, so each path is testable. */
export interface Caps {
  /** Name for people, e.g. `nvidia-h200, NVIDIA: 580.159.04`. */
  readonly name: string;
  /** True for SwiftShader, lavapipe, WARP: a CPU that pretends. */
  readonly isCpu: boolean;
  /** Smallest and largest subgroup size; undefined where subgroups are absent or turned off. */
  readonly subgroups: { readonly min: number; readonly max: number } | undefined;
  readonly shaderF16: boolean;
  /** Size of a product on matrix units, f16 · f16 → f32, in subgroups of 32; undefined where there is none or f16 is off. */
  readonly matrixUnits: { readonly m: number; readonly n: number; readonly k: number } | undefined;
  readonly timestamps: boolean;
  /** The most workgroups of a dispatch that may wait for each other, if as many run at a time; 0 where that is not known to
   * work. So far it has been measured on GPUs of NVIDIA only. */
  readonly waitingGroups: number;
  readonly maxBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxInvocations: number;
  readonly maxStorageBuffers: number;
  /** Bytes of workgroup memory that a kernel may use. */
  readonly maxWorkgroupBytes: number;
}

export interface Gpu {
  readonly device: GPUDevice;
  readonly caps: Caps;
  /** Throws `device-lost`, `out-of-memory` or the first uncaptured error, if one has happened. */
  check(): void;
  /** Makes every `check` from now on throw: what the device holds is not to be trusted. */
  distrust(reason: string): void;
  destroy(): void;
}

export interface DeviceOptions {
  readonly powerPreference?: 'high-performance' | 'low-power';
  /** Use no subgroup operations even where the adapter has them. */
  readonly noSubgroups?: boolean;
  /** Use no f16 arithmetic even where the adapter has it; that turns matrix units off, too. */
  readonly noShaderF16?: boolean;
  /** Use no matrix units even where the adapter has them. */
  readonly noMatrixUnits?: boolean;
  /** Let no workgroup wait for others even where that is known to work. */
  readonly noGridBarrier?: boolean;
}

const WANTED_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

/** Dawn's name for subgroup matrices, an extension that @webgpu/types does not know. */
const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

/** One kind of product that matrix units offer; see `subgroupMatrixConfigs` in Dawn's adapter info. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** The one kind of product that our kernels are written for, if the adapter has it in subgroups of 32. */
function matrixUnitsOf(info: GPUAdapterInfo): Caps['matrixUnits'] {
  const { subgroupMatrixConfigs: configs = [] } = info as { subgroupMatrixConfigs?: readonly MatrixConfig[] };
  const fits = configs.some(
    ({ componentType, resultComponentType, M, N, K }) =>
      componentType === 'f16' && resultComponentType === 'f32' && M === 16 && N === 16 && K === 16,
  );
  const is32 = info.subgroupMinSize === 32 && info.subgroupMaxSize === 32;
  return fits && is32 ? { m: 16, n: 16, k: 16 } : undefined;
}

/** Limits that are copied from the adapter; everything else stays at WebGPU's defaults. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
] as const;

function isCpuAdapter(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${info.device} ${info.description}`);
}

/**
 * Opens the adapter that the host's `gpu` prefers.
 * @throws EngineError `no-adapter`
 */
export async function openDevice(gpu: GPU, options: DeviceOptions = {}): Promise<Gpu> {
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' });
  if (!adapter)
    throw new EngineError('no-adapter', 'No WebGPU adapter was found.', {
      nextStep: 'Update the graphics driver, or choose the software adapter with --adapter software.',
    });
  const limits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) limits[name] = adapter.limits[name];
  const features: GPUFeatureName[] = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  if (features.includes('shader-f16') && features.includes('subgroups') && adapter.features.has(MATRIX_FEATURE))
    features.push(MATRIX_FEATURE);
  const device = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: limits,
  });
  const { info } = adapter;
  const hasSubgroups = device.features.has('subgroups') && options.noSubgroups !== true;
  const shaderF16 = device.features.has('shader-f16') && options.noShaderF16 !== true;
  const hasMatrices =
    device.features.has(MATRIX_FEATURE) && hasSubgroups && shaderF16 && options.noMatrixUnits !== true;
  const caps: Caps = {
    name: [info.device, info.description].filter(Boolean).join(', ') || info.vendor,
    isCpu: isCpuAdapter(info),
    // Dawn states both sizes; a missing one is taken as the widest range that WebGPU allows.
    subgroups: hasSubgroups ? { min: info.subgroupMinSize ?? 4, max: info.subgroupMaxSize ?? 128 } : undefined,
    shaderF16,
    matrixUnits: hasMatrices ? matrixUnitsOf(info) : undefined,
    timestamps: device.features.has('timestamp-query'),
    waitingGroups: options.noGridBarrier !== true && info.vendor === 'nvidia' ? Infinity : 0,
    maxBindingSize: device.limits.maxStorageBufferBindingSize,
    maxBufferSize: device.limits.maxBufferSize,
    maxInvocations: device.limits.maxComputeInvocationsPerWorkgroup,
    maxStorageBuffers: device.limits.maxStorageBuffersPerShaderStage,
    maxWorkgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
  };
  return watchDevice(device, caps);
}

/** Remembers the first failure that WebGPU reports on the side, so that the next call can say it. */
function watchDevice(device: GPUDevice, caps: Caps): Gpu {
  let failure: Error | undefined;
  let destroyed = false;
  void device.lost.then((lost) => {
    if (!destroyed) failure ??= deviceLost(lost.message || lost.reason);
  });
  device.onuncapturederror = (event) => {
    // Dawn prints errors that nobody claims; @webgpu/types does not know that the event can be cancelled.
    (event as unknown as { preventDefault(): void }).preventDefault();
    failure ??=
      event.error.constructor.name === 'GPUOutOfMemoryError'
        ? outOfMemory(event.error.message)
        : new Error(event.error.message);
  };
  return {
    device,
    caps,
    check: () => {
      if (failure) throw failure;
    },
    distrust: (reason) => {
      failure ??= deviceLost(reason);
    },
    destroy: () => {
      destroyed = true;
      device.destroy();
    },
  };
}

const deviceLost = (reason: string): EngineError =>
  new EngineError('device-lost', `The graphics device was lost: ${reason}.`, {
    nextStep: 'Load the model again; saved states are safe.',
  });

/** The error for a device that cannot hold what it is asked to. */
export function outOfMemory(detail: string): EngineError {
  return new EngineError('out-of-memory', `The graphics device has too little memory: ${detail}`, {
    nextStep: 'Close other programs that use the GPU, or choose a smaller model or a lower precision.',
  });
}
