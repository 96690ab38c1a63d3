/** A model's weights from its file onto the device, with the quantised ones from an earlier load where they were kept. */
import type { WeightSource } from '../formats/weightSource.ts';
import type { Gpu } from '../gpu/device.ts';
import type { ShaderSources } from '../gpu/shader.ts';
import type { ModelConfig } from './config.ts';
import { FileFiller, isQuantisedOnTheWay, type LoadProgress } from './fileFiller.ts';
import { fillWeights } from './fillWeights.ts';
import { precisionText, type Precision } from './precision.ts';
import { QUANTISED_VERSION } from './quantised/format.ts';
import { DamagedQuantisedFile, QuantisedReader } from './quantised/reader.ts';
import type { QuantisedStore } from './quantised/store.ts';
import { keepQuantised } from './quantised/writer.ts';
import type { ModelWeights } from './weights.ts';

export interface WeightsWanted {
  readonly gpu: Gpu;
  readonly source: WeightSource;
  readonly config: ModelConfig;
  readonly precision: Precision;
  /** The model's, in this precision. */
  readonly fingerprint: string;
}

export interface WeightsOptions {
  readonly shaders: ShaderSources;
  /** Where quantised weights are kept; without it each load quantises. */
  readonly quantised?: QuantisedStore | undefined;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * @throws EngineError `model-unreadable`, `model-unsupported`, `out-of-memory`, `device-lost`; the signal's reason. Never
 *   because of kept weights.
 */
export async function loadWeights(wanted: WeightsWanted, options: WeightsOptions): Promise<ModelWeights> {
  const { gpu, source, precision, fingerprint } = wanted;
  const { quantised: store, signal } = options;
  if (!store) return fill(wanted, options);
  const identity = { fingerprint, precision: precisionText(precision), device: gpu.caps.name };
  const name = `${fingerprint}-${QUANTISED_VERSION}`;
  const reader = await QuantisedReader.open(store, name, identity);
  if (reader) {
    try {
      return await fill(wanted, options, reader);
    } catch (error) {
      if (!(error instanceof DamagedQuantisedFile)) throw error;
      store.warn(`Kept quantised weights were damaged and are made anew: ${error.message}.`);
    } finally {
      await reader.close();
    }
    await store.remove(name);
  }
  const weights = await fill(wanted, options);
  const made = weights.matrices.filter((matrix) => isQuantisedOnTheWay(source, matrix));
  try {
    if (made.length > 0) await keepQuantised(gpu, { store, name, identity }, made, signal);
    return weights;
  } catch (error) {
    weights.destroy();
    throw error;
  }
}

function fill(
  { gpu, source, config, precision }: WeightsWanted,
  options: WeightsOptions,
  reader?: QuantisedReader,
): Promise<ModelWeights> {
  const filler = new FileFiller(gpu, source, config, precision, { ...options, quantised: reader });
  return fillWeights(gpu, config, filler).finally(() => {
    filler.dispose();
  });
}
