/** From an open model file, or from nothing but a size, to a model on the device. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fingerprintModel } from './rwkv7/fingerprint.ts';
import { detectConfig } from './rwkv7/detect.ts';
import { checkSupported, createModel, type Rwkv7Model } from './rwkv7/model.ts';
import { releasedConfig, SyntheticFiller } from './rwkv7/synthetic.ts';
import type { LoadProgress } from './rwkv7/fileFiller.ts';
import { checkPrecision, precisionText, type Precision } from './rwkv7/precision.ts';
import { loadWeights } from './rwkv7/loadWeights.ts';
import type { QuantisedStore } from './rwkv7/quantised/store.ts';
import { fillWeights } from './rwkv7/fillWeights.ts';
import type { WeightSource } from './formats/weightSource.ts';
import type { Gpu } from './gpu/device.ts';
import { PipelineCache } from './gpu/kernel.ts';
import type { ShaderSources } from './gpu/shader.ts';

export interface LoadOptions {
  readonly gpu: Gpu;
  readonly shaders: ShaderSources;
  readonly maxChunk?: number;
  /** Where quantised weights are kept from load to load; without it each load quantises. */
  readonly quantised?: QuantisedStore | undefined;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads a model's weights onto the device. Everything about the file is checked before the first upload.
 * @throws EngineError `model-unsupported`, `model-unreadable`, `invalid-argument` for a precision of layers that the model
 *   has not, `out-of-memory`, `device-lost`
 */
export async function loadModel(
  weights: WeightSource,
  precision: Precision,
  options: LoadOptions,
): Promise<Rwkv7Model> {
  const { gpu, shaders } = options;
  const config = detectConfig(weights);
  checkSupported(config);
  checkPrecision(precision, config.layers);
  const fingerprint = await fingerprintModel(weights, config, precisionText(precision));
  const filled = await loadWeights({ gpu, source: weights, config, precision, fingerprint }, options);
  const cache = new PipelineCache(gpu, shaders);
  return createModel({ ...optional(options), gpu, cache, config, weights: filled, fingerprint });
}

/** A model of a released size with random weights; `source` means f16. @throws EngineError `invalid-argument`, `out-of-memory` */
export async function loadSynthetic(size: string, precision: Precision, options: LoadOptions): Promise<Rwkv7Model> {
  const { gpu, shaders } = options;
  const config = releasedConfig(size);
  checkPrecision(precision, config.layers);
  const filled = await fillWeights(gpu, config, new SyntheticFiller(gpu, shaders, config, precision));
  const fingerprint = bytesToHex(sha256(new TextEncoder().encode(`synthetic ${size} ${precisionText(precision)}`)));
  const cache = new PipelineCache(gpu, shaders);
  return createModel({ ...optional(options), gpu, cache, config, weights: filled, fingerprint });
}

const optional = ({ maxChunk }: LoadOptions): { maxChunk?: number } => (maxChunk === undefined ? {} : { maxChunk });
