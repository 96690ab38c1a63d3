/** What a model will take on a device, told from a file's header before anything is loaded, or from a released size. */
import type { ModelHeader } from './formats/weightSource.ts';
import type { Caps } from './gpu/device.ts';
import { createSizingGpu, NoPipelines } from './gpu/sizing.ts';
import { DeviceFormats } from './rwkv7/deviceFormats.ts';
import { detectConfig } from './rwkv7/detect.ts';
import { checkSupported, createModel, type Rwkv7Model } from './rwkv7/model.ts';
import { checkPrecision, type Precision } from './rwkv7/precision.ts';
import { placeWeights } from './rwkv7/placeWeights.ts';
import { presetSampling } from './sampling/presets.ts';
import { createSampler } from './sampling/sampler.ts';

/** Bytes of buffers on the device. */
export interface MemoryEstimate {
  readonly weightBytes: number;
  /** Of one state. */
  readonly stateBytes: number;
  /** All else that is there at a time: activations, logits, sampling, what is read back. */
  readonly scratchBytes: number;
  readonly totalBytes: number;
  /** What the card shows as taken: with what driver and WebGPU keep for themselves, about. */
  readonly cardBytes: number;
}

/**
 * What comes on top of buffers: within 5 % of all that `nvidia-smi` showed for 16 models of 0.4B to 7.2B in four precisions
 * on one NVIDIA H200 (Vulkan, driver 580.159.04, docs/measurements.md). Other drivers have not been measured.
 */
const DRIVER_BYTES = 110e6;
const DRIVER_SHARE = 0.025;

/** A GPU with all that the engine makes use of. Others prefill in smaller chunks, which take less. */
export const FULL_CAPS: Caps = {
  ...{ name: 'a GPU', isCpu: false, timestamps: false, shaderF16: true, waitingGroups: 0, maxStorageBuffers: 16 },
  ...{ subgroups: { min: 32, max: 32 }, matrixUnits: { m: 16, n: 16, k: 16 } },
  ...{ maxBindingSize: 2 ** 31 - 4, maxBufferSize: 2 ** 38, maxInvocations: 1024, maxWorkgroupBytes: 49152 },
};

/**
 * Bytes that a model with one session asks of a device at most, while it reads, answers and is saved. What comes on top:
 * each further state (`stateBytes`: forks, and up to three copies while an answer is written), batches of sequences, logits
 * of whole chunks (`perplexity`). Reads no tensor and takes no device: loading and
 * running are played on one that only adds up sizes.
 * @throws EngineError `model-unsupported`, `model-unreadable`, `invalid-argument` for a precision of layers that the model
 *   has not, `out-of-memory` where `caps` do not hold a row of a matrix
 */
export async function estimateMemory(header: ModelHeader, precision: Precision, caps: Caps): Promise<MemoryEstimate> {
  const config = detectConfig(header);
  checkSupported(config);
  checkPrecision(precision, config.layers);
  const gpu = createSizingGpu(caps);
  const formats = new DeviceFormats(caps, header, precision);
  const weights = placeWeights(gpu, config, (role, wanted) => formats.of(role, wanted));
  const model = await createModel({ gpu, cache: new NoPipelines(gpu), config, weights, fingerprint: '' });
  await playSession(model);
  const { weightBytes, stateBytes } = model;
  const totalBytes = gpu.counts.most;
  return {
    ...{ weightBytes, stateBytes, scratchBytes: totalBytes - weightBytes - stateBytes, totalBytes },
    cardBytes: Math.round(totalBytes * (1 + DRIVER_SHARE) + DRIVER_BYTES),
  };
}

/** All that makes buffers in the life of a session. */
async function playSession(model: Rwkv7Model): Promise<void> {
  const { runs } = model;
  const state = model.createState();
  await model.prefill(state, [0], 'last');
  await model.decode(state, 0);
  // With penalties, which take memory of their own.
  const sampler = await runs?.createSampler(0, createSampler(presetSampling('chat', 0)).memory);
  if (runs && sampler) await (await runs.decodeRun(state, runs.mostSteps, sampler)).result;
  sampler?.dispose();
  await model.exportState(state);
}
