/** Anser in plain Node: a model from a file, a device through Dawn, snapshots in a folder. The CLI and tests start here. */
import { basename, join, resolve } from 'node:path';
import type { WeightSource } from '../formats/weightSource.ts';
import { openModel } from '../formats/openModel.ts';
import type { Gpu } from '../gpu/device.ts';
import { loadModel, loadSynthetic } from '../loadModel.ts';
import type { ModelConfig } from '../rwkv7/config.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import type { Rwkv7Model } from '../rwkv7/model.ts';
import type { LoadProgress } from '../rwkv7/fileFiller.ts';
import { precisionText, type Precision } from '../rwkv7/precision.ts';
import type { QuantisedStore } from '../rwkv7/quantised/store.ts';
import { createSessions } from '../session/session.ts';
import type { Sessions } from '../session/types.ts';
import { createTokenizer } from '../tokenizer/tokenizer.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { fileSource } from './files.ts';
import { adapterLine, openNodeGpu } from './gpu.ts';
import { dataFolder, demoModelPath } from './paths.ts';
import { quantisedFolder } from './quantisedFiles.ts';
import { folderQuantisedStore } from './quantisedStore.ts';
import { readShaderSources } from './shaderSources.ts';
import { folderSnapshotStore } from './snapshotStore.ts';
import { findVocabulary } from './vocabulary.ts';

export interface OpenOptions {
  /** Default: the embedded demo model. */
  readonly modelPath?: string;
  /** Default `auto`; see `openNodeGpu`. */
  readonly adapter?: string;
  /** Default `source`. */
  readonly precision?: Precision;
  /** Random weights of a released size (`0.1b` … `13.3b`) instead of a file. */
  readonly synthetic?: string;
  /** Default: `dataFolder()`. */
  readonly dataFolder?: string;
  /** Paths that are not to be taken even where the adapter has them. */
  readonly noSubgroups?: boolean;
  readonly noShaderF16?: boolean;
  readonly noMatrixUnits?: boolean;
  /** Decode in five dispatches a layer where one would do. */
  readonly noGridBarrier?: boolean;
  /** Tokens of a prefill slice, for tests and benchmarks. */
  readonly maxChunk?: number;
  /** Keep what is quantised in the data folder, and load it from there the next time. */
  readonly cacheQuantised?: boolean;
  /** Told what does not keep the model from loading, in a sentence. */
  readonly onWarning?: (message: string) => void;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface Anser {
  readonly model: Rwkv7Model;
  readonly config: ModelConfig;
  readonly modelName: string;
  readonly modelPath: string;
  /** One sentence on what runs the model. */
  readonly adapterLine: string;
  readonly gpu: Gpu;
  readonly tokenizer: Tokenizer;
  readonly sessions: Sessions;
  dispose(): Promise<void>;
}

/** Opens the file of a model for reading its header. @throws EngineError `model-unreadable`, `model-unsupported` */
export async function openModelFile(path: string): Promise<WeightSource> {
  const source = await fileSource(path);
  try {
    return await openModel(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Opens a device, loads a model and makes its sessions.
 * @throws EngineError `no-adapter`, `model-unreadable`, `model-unsupported`, `vocabulary-missing`,
 *   `vocabulary-unreadable`, `out-of-memory`, `device-lost`, `storage-failed`
 */
export async function openAnser(options: OpenOptions = {}): Promise<Anser> {
  const data = options.dataFolder ?? dataFolder();
  const gpu = await openNodeGpu({
    adapter: options.adapter ?? 'auto',
    cacheFolder: join(data, 'cache'),
    noSubgroups: options.noSubgroups ?? false,
    noShaderF16: options.noShaderF16 ?? false,
    noMatrixUnits: options.noMatrixUnits ?? false,
    noGridBarrier: options.noGridBarrier ?? false,
  });
  try {
    const loaded =
      options.synthetic === undefined
        ? await fromFile(gpu, options)
        : await fromNothing(gpu, options.synthetic, options);
    const { model, tokenizer, modelName, modelPath } = loaded;
    const store = folderSnapshotStore(join(data, 'snapshots'));
    return {
      ...{ model, tokenizer, modelName, modelPath, gpu, config: model.config, adapterLine: adapterLine(gpu) },
      sessions: createSessions({ model, modelName, tokenizer, store }),
      dispose: async () => {
        await gpu.device.queue.onSubmittedWorkDone();
        model.dispose();
        gpu.destroy();
      },
    };
  } catch (error) {
    gpu.destroy();
    throw error;
  }
}

interface Loaded {
  readonly model: Rwkv7Model;
  readonly tokenizer: Tokenizer;
  readonly modelName: string;
  readonly modelPath: string;
}

async function fromFile(gpu: Gpu, options: OpenOptions): Promise<Loaded> {
  const modelPath = options.modelPath ?? demoModelPath();
  const weights = await openModelFile(modelPath);
  try {
    // Before gigabytes go to the device: without its vocabulary a model is of no use.
    const tokenizer = createTokenizer(await findVocabulary(weights, modelPath, detectConfig(weights).vocabularySize));
    const model = await loadModel(weights, options.precision ?? 'source', {
      ...options,
      gpu,
      shaders: readShaderSources(),
      ...(options.cacheQuantised === true && { quantised: quantisedStore(modelPath, options) }),
    });
    const modelName = weights.metadata.get('general.name') ?? basename(modelPath);
    return { model, tokenizer, modelName, modelPath };
  } finally {
    await weights.close();
  }
}

const quantisedStore = (modelPath: string, { dataFolder: data, onWarning }: OpenOptions): QuantisedStore =>
  folderQuantisedStore({
    folder: quantisedFolder(data ?? dataFolder()),
    // As whoever deletes the file will name it.
    modelPath: resolve(modelPath),
    warn: onWarning ?? (() => undefined),
  });

async function fromNothing(gpu: Gpu, size: string, options: OpenOptions): Promise<Loaded> {
  const precision = options.precision === undefined || options.precision === 'source' ? 'f16' : options.precision;
  const model = await loadSynthetic(size, precision, { ...options, gpu, shaders: readShaderSources() });
  // Bytes only: enough to run, and random weights have nothing to say anyway.
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [byte + 1, Uint8Array.of(byte)]));
  return {
    model,
    tokenizer: createTokenizer(bytes),
    modelName: `synthetic ${size} ${precisionText(precision)}`,
    modelPath: '',
  };
}
