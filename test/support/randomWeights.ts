/**
 * Random RWKV-7 weights as the engine reads them ([out][in], whatever the file), for tests of the model. Scales follow
 * trained models (decays from nearly none to the fastest, gates and learning rates off centre), so that every part of
 * the forward pass matters and activations stay finite over any number of tokens. Files: see `randomModel.ts`.
 */
import { BLOCK_FORMATS, elementCount } from '../../src/engine/formats/blockFormats.ts';
import { HEAD_SIZE_KEY } from '../../src/engine/formats/tensorTable.ts';
import type { TensorInfo, WeightSource } from '../../src/engine/formats/weightSource.ts';
import type { ModelConfig } from '../../src/engine/rwkv7/config.ts';
import { expectedTensors } from '../../src/engine/rwkv7/detect.ts';
import { encodeValues, isAdapter, seededRandom, type ModelTensor } from './randomModel.ts';

/** All tensors that the forward pass reads, by official name; vectors are [n], matrices [out][in]. */
export type RandomWeights = ReadonlyMap<string, ModelTensor>;

/** The usual proportions in small: head size 64, ranks of several sizes, a vocabulary that no workgroup divides. */
export const TINY: ModelConfig = {
  layers: 2,
  width: 128,
  heads: 2,
  headSize: 64,
  ffnWidth: 256,
  vocabularySize: 300,
  ranks: { decay: 16, iclr: 16, value: 8, gate: 32 },
  hasEmbeddingNorm: true,
};

/** Sizes like those of released models, in small: what the kernels for GPUs take. */
export const REGULAR: ModelConfig = {
  layers: 2,
  width: 256,
  heads: 4,
  headSize: 64,
  ffnWidth: 512,
  vocabularySize: 320,
  ranks: { decay: 32, iclr: 32, value: 32, gate: 64 },
  hasEmbeddingNorm: true,
};

/** Nothing divides anything: what a kernel gets wrong when it counts on multiples of 4 or 64. */
export const ODD: ModelConfig = {
  layers: 3,
  width: 48,
  heads: 3,
  headSize: 16,
  ffnWidth: 112,
  vocabularySize: 259,
  ranks: { decay: 10, iclr: 7, value: 5, gate: 13 },
  hasEmbeddingNorm: true,
};

/** The same seed gives the same numbers everywhere. */
export function randomWeights(config: ModelConfig, seed: number): RandomWeights {
  const random = seededRandom(seed);
  const weights = new Map<string, ModelTensor>();
  for (const [name, shape] of expectedTensors(config)) {
    const draw = distributionOf(name, shape);
    weights.set(name, { shape, values: Float32Array.from({ length: elementCount(shape) }, () => draw(random)) });
  }
  return weights;
}

/** Ids in 0 … vocabularySize − 1. */
export function randomTokens(config: ModelConfig, count: number, seed: number): Uint32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint32Array.from({ length: count }, () => Math.floor(random() * config.vocabularySize));
}

/** One number of the standard normal distribution (Box and Muller). */
export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The format of the matrices. */
type MatrixFormat = 'f32' | 'f16' | 'q8_0';

/**
 * The weights as an open model file. As in real ones, vectors are f32, and where the format is q8_0, adapters and
 * matrices with rows that 32 does not divide are f16.
 */
export function asWeightSource(config: ModelConfig, weights: RandomWeights, format: MatrixFormat): WeightSource {
  const stored = new Map<string, Uint8Array<ArrayBuffer>>();
  const tensors = new Map<string, TensorInfo>();
  for (const [name, { shape, values }] of weights) {
    const own = formatOf(name, shape, format);
    const bytes = encodeValues(values, own);
    stored.set(name, bytes);
    tensors.set(name, { name, shape, format: own, byteLength: bytes.length, transposed: false });
  }
  return {
    container: 'memory',
    name: 'random model',
    tensors,
    vocabulary: undefined,
    metadata: new Map([[HEAD_SIZE_KEY, String(config.headSize)]]),
    read: (name, offset, length) => {
      const bytes = stored.get(name);
      if (!bytes || offset < 0 || offset + length > bytes.length)
        return Promise.reject(new RangeError(`no bytes ${offset} + ${length} in tensor ${name}`));
      return Promise.resolve(bytes.slice(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
}

function formatOf(name: string, [, columns]: readonly number[], format: MatrixFormat): MatrixFormat {
  if (columns === undefined) return 'f32';
  const fitsBlocks = !isAdapter(name) && columns % BLOCK_FORMATS.q8_0.elements === 0;
  return format === 'q8_0' && !fitsBlocks ? 'f16' : format;
}

type Distribution = (random: () => number) => number;

const gaussian =
  (mean: number, deviation: number): Distribution =>
  (random) =>
    mean + deviation * normal(random);

/** By the tensor's name without its block; matrices are not listed: their rows have length 1. */
const VECTORS: Readonly<Record<string, Distribution>> = {
  'att.w0': (random) => -6 + 8 * random(), // decay logits: w from 0.9985 to 0.59
  'att.a0': gaussian(-0.2, 1),
  'att.v0': gaussian(0.7, 0.7),
  'att.k_k': gaussian(0.7, 0.2),
  'att.k_a': gaussian(1, 0.2),
  'att.r_k': gaussian(0, 0.2),
};

function distributionOf(name: string, [, columns]: readonly number[]): Distribution {
  if (name === 'emb.weight') return gaussian(0, 1);
  if (columns !== undefined) return gaussian(0, 1 / Math.sqrt(columns));
  const local = name.replace(/^blocks\.\d+\./, '');
  if (/\.x_.$/.test(local)) return (random) => random();
  if (local.endsWith('.weight')) return gaussian(1, 0.2);
  if (local.endsWith('.bias')) return gaussian(0, 0.1);
  const draw = VECTORS[local];
  if (!draw) throw new Error(`no scale is known for ${name}`);
  return draw;
}
