/** A name for a model's contents, so that snapshots are only ever used with the weights that made them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { TensorInfo, WeightSource } from '../formats/weightSource.ts';
import type { ModelConfig } from './config.ts';

/** Tensors up to this size are hashed whole; of larger ones evenly spread slices, the first and last bytes among them. */
const WHOLE_BYTES = 64 * 1024;
const SLICE_BYTES = 4096;
const SLICES = WHOLE_BYTES / SLICE_BYTES;
const FORMAT = 'anser model fingerprint 1';

const encoder = new TextEncoder();

/** The config's values in an order of ours, whatever order the object's keys have. */
// prettier-ignore
const configValues = (c: ModelConfig): readonly unknown[] => [
  c.layers, c.width, c.heads, c.headSize, c.ffnWidth, c.vocabularySize,
  c.ranks.decay, c.ranks.iclr, c.ranks.value, c.ranks.gate, c.hasEmbeddingNorm,
];

/** The ranges of a tensor that are hashed. */
function* samples({ byteLength }: TensorInfo): Generator<readonly [offset: number, length: number]> {
  if (byteLength <= WHOLE_BYTES) yield [0, byteLength];
  else
    for (let i = 0; i < SLICES; i++) yield [Math.floor(((byteLength - SLICE_BYTES) * i) / (SLICES - 1)), SLICE_BYTES];
}

/**
 * SHA-256, as 64 hex digits, over the config, `extra`, and of every tensor name, shape, format and sampled bytes. The
 * same tensors give the same fingerprint in any container, in any order, under any file name.
 * @param extra Whatever else decides which states fit, e.g. precision and layout.
 * @throws EngineError `model-unreadable` from reading.
 */
export async function fingerprintModel(weights: WeightSource, config: ModelConfig, extra: string): Promise<string> {
  const hash = sha256.create();
  // JSON, and the lengths in it, keep the parts apart: no two different models feed the hash the same bytes.
  const update = (values: readonly unknown[]): void => void hash.update(encoder.encode(`${JSON.stringify(values)}\n`));
  update([FORMAT, extra, ...configValues(config)]);
  const infos = [...weights.tensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const info of infos) {
    update([info.name, info.shape, info.format, info.transposed, info.byteLength]);
    for (const [offset, length] of samples(info)) hash.update(await weights.read(info.name, offset, length));
  }
  return bytesToHex(hash.digest());
}
