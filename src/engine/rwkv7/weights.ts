/**
 * Brings a model's weights onto the device, tensor by tensor and piece by piece: host memory stays at a few pieces
 * whatever the model's size.
 */
import { assert, EngineError } from '../api/errors.ts';
import { BLOCK_FORMATS, elementCount } from '../formats/blockFormats.ts';
import { f32ToF16 } from '../formats/halfFloat.ts';
import { readTensorF32 } from '../formats/readTensor.ts';
import type { TensorFormat, TensorInfo, WeightSource } from '../formats/weightSource.ts';
import { uploadedBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { hasCpuKernels } from '../kernels/variants.ts';
import { rowScaleByteLength, WEIGHT_LAYOUTS, type WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { LAYER_VECTORS, MODEL_VECTORS } from './layout.ts';
import { buffersOf, createMatrices, createMatrix, destroyMatrix, writeRows, type Matrix } from './matrix.ts';

/** One layer's weights; names follow the official tensors. */
export interface LayerWeights {
  /** [LAYER_VECTORS.length][width] f32. */
  readonly vectors: GPUBuffer;
  readonly receptance: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly output: Matrix;
  readonly w1: Matrix;
  readonly w2: Matrix;
  readonly a1: Matrix;
  readonly a2: Matrix;
  readonly g1: Matrix;
  readonly g2: Matrix;
  /** Absent in layer 0, which is where v comes from. */
  readonly valueResidual: { readonly v1: Matrix; readonly v2: Matrix } | undefined;
  readonly ffnKey: Matrix;
  readonly ffnValue: Matrix;
}

export interface ModelWeights {
  readonly embedding: Matrix;
  readonly head: Matrix;
  /** [MODEL_VECTORS.length][width] f32. */
  readonly vectors: GPUBuffer;
  readonly layers: readonly LayerWeights[];
  /** Every matrix above, once. */
  readonly matrices: readonly Matrix[];
  /** Bytes on the device. */
  readonly byteLength: number;
  destroy(): void;
}

/** `source`: keep what the file has where a kernel reads it (bf16 becomes f16); else convert all matrices. */
export type Precision = 'source' | 'f16' | 'f32' | 'q8_0' | 'int8' | 'nf4' | 'int4';

/** What a matrix is for: quantising spares the vocabulary's two matrices and the low-rank adapters. */
export type MatrixRole = 'vocabulary' | 'block' | 'adapter';

export interface WantedMatrix {
  /** The official tensor's name. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** Fills matrices and vector sets; the file loader and the synthetic weights of benchmarks are the two makers. */
export interface WeightFiller {
  /** Matrices that one dispatch may read together: in one buffer, in this order, where the adapter can bind it. */
  matrices(label: string, role: MatrixRole, wanted: readonly WantedMatrix[]): Promise<Matrix[]>;
  /** Names without a tensor (layer 0's v0, a missing ln0) are left zero. */
  vectors(label: string, names: readonly string[]): Promise<GPUBuffer>;
}

/**
 * The device format of a tensor stored in `format`. Formats other than those in `keep` become f32 if that is given: the
 * same numbers, in the form that CPU adapters compute with fastest.
 */
export function deviceFormat(
  format: TensorFormat,
  precision: Precision,
  keep: readonly TensorFormat[] | undefined,
): WeightFormat {
  if (precision === 'f16' || precision === 'f32') return precision;
  // bf16 is left to f16 on every device: two devices must hold the same numbers.
  if (keep && format !== 'bf16' && !keep.includes(format)) return 'f32';
  return format === 'f32' || format === 'q8_0' ? format : 'f16';
}

/** Loads all weights of a model through `filler`. */
export async function fillWeights(config: ModelConfig, filler: WeightFiller): Promise<ModelWeights> {
  const matrices: Matrix[] = [];
  const buffers: GPUBuffer[] = [];
  const destroy = (): void => {
    for (const matrix of matrices) destroyMatrix(matrix);
    for (const buffer of buffers) buffer.destroy();
  };
  const keeping: WeightFiller = {
    matrices: async (...args) => {
      const made = await filler.matrices(...args);
      matrices.push(...made);
      return made;
    },
    vectors: async (...args) => {
      const made = await filler.vectors(...args);
      buffers.push(made);
      return made;
    },
  };
  try {
    const { width, vocabularySize } = config;
    const vocabulary = (name: string): Promise<Matrix> =>
      oneMatrix(keeping, 'vocabulary', { name, rows: vocabularySize, columns: width });
    const embedding = await vocabulary('emb.weight');
    const modelVectors = await keeping.vectors('model vectors', MODEL_VECTORS);
    const layers: LayerWeights[] = [];
    for (let i = 0; i < config.layers; i++) layers.push(await fillLayer(config, i, keeping));
    const head = await vocabulary('head.weight');
    const all = [...buffersOf(matrices), ...buffers];
    return {
      embedding,
      head,
      vectors: modelVectors,
      layers,
      matrices,
      byteLength: all.reduce((sum, { size }) => sum + size, 0),
      destroy,
    };
  } catch (error) {
    destroy();
    throw error;
  }
}

async function oneMatrix(filler: WeightFiller, role: MatrixRole, wanted: WantedMatrix): Promise<Matrix> {
  const [made] = await filler.matrices(wanted.name, role, [wanted]);
  assert(made !== undefined, `${wanted.name} was not made`);
  return made;
}

async function fillLayer(
  { width, ffnWidth, ranks }: ModelConfig,
  index: number,
  filler: WeightFiller,
): Promise<LayerWeights> {
  const at = `blocks.${index}.`;
  const square = (name: string): WantedMatrix => ({ name: `${at}att.${name}.weight`, rows: width, columns: width });
  // Layer 0 has no value residual; without one the adapters' last place stays empty.
  const letters = [
    ['w', ranks.decay],
    ['a', ranks.iclr],
    ['g', ranks.gate],
    ...(index === 0 ? [] : [['v', ranks.value] as const]),
  ] as const;
  const down = letters.map(([letter, rank]) => ({ name: `${at}att.${letter}1`, rows: rank, columns: width }));
  const up = letters.map(([letter, rank]) => ({ name: `${at}att.${letter}2`, rows: width, columns: rank }));
  const vectors = await filler.vectors(
    `layer ${index} vectors`,
    LAYER_VECTORS.map((name) => at + name),
  );
  const projections = ['receptance', 'key', 'value'].map(square);
  const [receptance, key, value] = await filler.matrices(`${at}att projections`, 'block', projections);
  const output = await oneMatrix(filler, 'block', square('output'));
  const [w1, a1, g1, v1] = await filler.matrices(`${at}att adapters, in`, 'adapter', down);
  const [w2, a2, g2, v2] = await filler.matrices(`${at}att adapters, out`, 'adapter', up);
  assert(receptance && key && value && w1 && a1 && g1 && w2 && a2 && g2, 'a filler made too few matrices');
  return {
    ...{ vectors, receptance, key, value, output, w1, a1, g1, w2, a2, g2 },
    valueResidual: v1 && v2 && { v1, v2 },
    ffnKey: await oneMatrix(filler, 'block', { name: `${at}ffn.key.weight`, rows: ffnWidth, columns: width }),
    ffnValue: await oneMatrix(filler, 'block', { name: `${at}ffn.value.weight`, rows: width, columns: ffnWidth }),
  };
}

export interface LoadProgress {
  /** Bytes of the file read so far, and in all. */
  readonly done: number;
  readonly total: number;
}

/** Bytes read from the file at a time. */
const PIECE_BYTES = 8 << 20;
/** Bytes handed to the queue before waiting for it, so that its staging memory stays bounded. */
const IN_FLIGHT_BYTES = 32 << 20;

/** CPU adapters take weights in main memory: small models are widened where it helps, large ones stay as they are. */
const WIDEN_LIMIT_BYTES = 1 << 30;

const f32ByteLength = (source: WeightSource): number =>
  [...source.tensors.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);

/** Reads weights from a file. */
export class FileFiller implements WeightFiller {
  readonly #gpu: Gpu;
  readonly #source: WeightSource;
  readonly #config: ModelConfig;
  readonly #precision: Precision;
  readonly #onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #total: number;
  /** What is not widened to f32; undefined where nothing is. */
  readonly #keep: readonly TensorFormat[] | undefined;
  #done = 0;
  #inFlight = 0;

  constructor(
    gpu: Gpu,
    source: WeightSource,
    config: ModelConfig,
    precision: Precision,
    options: { onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal } = {},
  ) {
    this.#gpu = gpu;
    this.#source = source;
    this.#config = config;
    this.#precision = precision;
    this.#onProgress = options.onProgress;
    this.#signal = options.signal;
    if (gpu.caps.isCpu && f32ByteLength(source) <= WIDEN_LIMIT_BYTES)
      this.#keep = hasCpuKernels(gpu.caps) ? ['q8_0'] : [];
    this.#total = [...source.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  #tensor(name: string): TensorInfo {
    const tensor = this.#source.tensors.get(name);
    if (!tensor)
      throw new EngineError('model-unsupported', `${this.#source.name} has no tensor ${name}.`, {
        nextStep: 'Choose an RWKV-7 model file.',
      });
    return tensor;
  }

  async vectors(label: string, names: readonly string[]): Promise<GPUBuffer> {
    const { width } = this.#config;
    const data = new Float32Array(names.length * width);
    for (const [index, name] of names.entries()) {
      const tensor = this.#source.tensors.get(name);
      // Layer 0 has no use for v0: some files leave it out, others hold a dummy of another length.
      if (!tensor || name === 'blocks.0.att.v0') continue;
      data.set(await readTensorF32(this.#source, name), index * width);
      await this.#advance(tensor.byteLength);
    }
    return uploadedBuffer(this.#gpu, label, data);
  }

  async matrices(label: string, role: MatrixRole, wanted: readonly WantedMatrix[]): Promise<Matrix[]> {
    const specs = wanted.map((matrix) => ({ ...matrix, format: this.#formatOf(role, matrix) }));
    const [first] = specs;
    const made =
      specs.length === 1 && first ? [createMatrix(this.#gpu, first)] : createMatrices(this.#gpu, label, specs);
    try {
      for (const matrix of made) {
        const tensor = this.#tensor(matrix.name);
        if (tensor.transposed) await this.#fillTransposed(tensor, matrix);
        else await this.#fillRows(tensor, matrix);
      }
    } catch (error) {
      made.forEach(destroyMatrix);
      throw error;
    }
    return made;
  }

  #formatOf(role: MatrixRole, { name, columns }: WantedMatrix): WeightFormat {
    const format = deviceFormat(this.#tensor(name).format, this.#precision, this.#keep);
    // Adapters are small and share buffers, so they share one of the two plain formats.
    if (role === 'adapter' && format !== 'f32') return 'f16';
    return columns % WEIGHT_LAYOUTS[format].multiple === 0 ? format : 'f16';
  }

  /** Low-rank adapters only: small enough to turn around on the host. */
  async #fillTransposed(tensor: TensorInfo, matrix: Matrix): Promise<void> {
    writeRows(this.#gpu, matrix, 0, encodeRows(await readTensorF32(this.#source, tensor.name), matrix), undefined);
    await this.#advance(tensor.byteLength);
  }

  async #fillRows(tensor: TensorInfo, matrix: Matrix): Promise<void> {
    const { elements, bytes } = BLOCK_FORMATS[tensor.format];
    const rowBytes = (matrix.columns / elements) * bytes;
    const rowsPerPiece = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
    for (let row = 0; row < matrix.rows; row += rowsPerPiece) {
      const rows = Math.min(rowsPerPiece, matrix.rows - row);
      const stored = await this.#source.read(tensor.name, row * rowBytes, rows * rowBytes);
      this.#writeStored(tensor.format, stored, matrix, row, rows);
      await this.#advance(stored.byteLength);
    }
  }

  #writeStored(format: TensorFormat, stored: Uint8Array<ArrayBuffer>, matrix: Matrix, row: number, rows: number): void {
    if (format === matrix.format && format === 'q8_0') {
      const { quants, scales } = splitQ8(stored, matrix);
      writeRows(this.#gpu, matrix, row, quants, scales);
    } else if (format === matrix.format && matrix.columns === matrix.paddedColumns) {
      writeRows(this.#gpu, matrix, row, stored, undefined);
    } else {
      const values = new Float32Array(rows * matrix.columns);
      BLOCK_FORMATS[format].dequantise(stored, values);
      writeRows(this.#gpu, matrix, row, encodeRows(values, matrix), undefined);
    }
  }

  /** Counts, reports, lets the queue drain, and notices a cancel or a failed device. */
  async #advance(bytes: number): Promise<void> {
    this.#done += bytes;
    this.#inFlight += bytes;
    this.#onProgress?.({ done: this.#done, total: this.#total });
    this.#signal?.throwIfAborted();
    if (this.#inFlight < IN_FLIGHT_BYTES) return;
    this.#inFlight = 0;
    await this.#gpu.device.queue.onSubmittedWorkDone();
    this.#gpu.check();
  }
}

/** Rows of f32 as a matrix of format f32 or f16 stores them, columns padded with zeros. */
function encodeRows(
  values: Float32Array<ArrayBuffer>,
  { columns, paddedColumns, format }: Matrix,
): Uint8Array<ArrayBuffer> {
  let padded = values;
  if (columns !== paddedColumns) {
    const rows = values.length / columns;
    padded = new Float32Array(rows * paddedColumns);
    for (let row = 0; row < rows; row++)
      padded.set(values.subarray(row * columns, (row + 1) * columns), row * paddedColumns);
  }
  if (format === 'f32') return new Uint8Array(padded.buffer);
  const halves = new Uint16Array(padded.length);
  f32ToF16(padded, halves);
  return new Uint8Array(halves.buffer);
}

/** Q8_0 blocks of { f16 scale, 32 × int8 } as quants apart from scales, as the shaders read them. */
function splitQ8(
  stored: Uint8Array<ArrayBuffer>,
  { paddedColumns }: Matrix,
): { quants: Uint8Array<ArrayBuffer>; scales: Uint8Array<ArrayBuffer> } {
  const { bytes, elements } = BLOCK_FORMATS.q8_0;
  const blocksPerRow = paddedColumns / elements;
  const rows = stored.byteLength / bytes / blocksPerRow;
  const scaleBytesPerRow = rowScaleByteLength('q8_0', paddedColumns);
  const quants = new Uint8Array(rows * paddedColumns);
  const scales = new Uint8Array(rows * scaleBytesPerRow);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocksPerRow; block++) {
      const at = (row * blocksPerRow + block) * bytes;
      scales.set(stored.subarray(at, at + 2), row * scaleBytesPerRow + 2 * block);
      quants.set(stored.subarray(at + 2, at + bytes), row * paddedColumns + block * elements);
    }
  }
  return { quants, scales };
}
