/** What a model takes on a GPU, told from its file's header before anything is loaded. */
import type { WeightSource } from '../formats/weightSource.ts';
import { isQuantised, wordColumns } from '../kernels/quantise.ts';
import { rowByteLength, rowScaleByteLength, WEIGHT_LAYOUTS } from '../kernels/weightFormats.ts';
import { stateByteLength, type ModelConfig } from './config.ts';
import { expectedTensors } from './detect.ts';
import { deviceFormat } from './fileFiller.ts';
import { LAYER_VECTORS, MIXED_SLOTS, MODEL_VECTORS, PROJ_SLOTS } from './layout.ts';
import type { MatrixRole, Precision } from './weights.ts';

/** Tokens of a run on a GPU without matrix units and with them, and the most that the latter may take: `forward.ts`, `unitsScratch.ts`. */
const PLAIN_CHUNK = 256;
const UNITS_CHUNK = 2048;
const UNITS_BUDGET_BYTES = 270 << 20;

/** Bytes of weights, one state and all that running needs, on a GPU. A few percent off: adapters differ. */
export const deviceByteLength = (source: WeightSource, config: ModelConfig, precision: Precision): number =>
  weightByteLength(source, config, precision) + stateByteLength(config) + runByteLength(config);

/** Bytes of all weights in the formats that they get on a GPU. */
export function weightByteLength(source: WeightSource, config: ModelConfig, precision: Precision): number {
  const { layers, width } = config;
  let bytes = 4 * width * (LAYER_VECTORS.length * layers + MODEL_VECTORS.length);
  for (const [name, [rows = 0, columns]] of expectedTensors(config))
    if (columns !== undefined) bytes += rows * rowBytes(source, name, columns, precision);
  return bytes;
}

function rowBytes(source: WeightSource, name: string, columns: number, precision: Precision): number {
  const role = roleOf(name);
  const stored = source.tensors.get(name)?.format ?? 'f16';
  // As FileFiller decides.
  const plain = deviceFormat(stored, precision, role, undefined);
  const wanted = role === 'adapter' && plain !== 'f32' ? 'f16' : plain;
  const multiple = isQuantised(wanted) && wanted !== stored ? wordColumns(wanted) : WEIGHT_LAYOUTS[wanted].multiple;
  const format = columns % multiple === 0 ? wanted : 'f16';
  const padded = Math.ceil(columns / 4) * 4;
  return rowByteLength(format, padded) + rowScaleByteLength(format, padded);
}

function roleOf(name: string): MatrixRole {
  if (name === 'emb.weight' || name === 'head.weight') return 'vocabulary';
  return name.endsWith('.weight') ? 'block' : 'adapter';
}

/** Activations of a run, of whichever plan takes more (the plain one, or that of matrix units), and two rows of logits. */
function runByteLength({ width, ffnWidth, vocabularySize }: ModelConfig): number {
  const plain = PLAIN_CHUNK * 4 * ((MIXED_SLOTS + PROJ_SLOTS + 3) * width + ffnWidth);
  const unitsPerToken = width * (12 + 2 * MIXED_SLOTS) + Math.max(4 * PROJ_SLOTS * width, 2 * ffnWidth);
  return Math.max(plain, Math.min(UNITS_BUDGET_BYTES, UNITS_CHUNK * unitsPerToken)) + 8 * vocabularySize;
}
