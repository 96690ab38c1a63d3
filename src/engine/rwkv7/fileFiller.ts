/**
 * Brings a model's weights from a file onto the device, tensor by tensor and piece by piece: host memory stays at a few
 * pieces whatever the model's size. Quantises on the way where a precision asks for it.
 */
import { BLOCK_FORMATS } from '../formats/blockFormats.ts';
import { f32ToF16 } from '../formats/halfFloat.ts';
import { readTensorF32 } from '../formats/readTensor.ts';
import type { TensorFormat, TensorInfo, WeightSource } from '../formats/weightSource.ts';
import type { Gpu } from '../gpu/device.ts';
import type { ShaderSources } from '../gpu/shader.ts';
import { isQuantised } from '../kernels/quantise.ts';
import { rowScaleByteLength, type WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { DeviceFormats } from './deviceFormats.ts';
import { writeRows, type Matrix, type Span } from './matrix.ts';
import { Quantiser } from './quantiser.ts';
import type { Precision } from './precision.ts';
import type { MatrixRole, WantedMatrix, WeightFiller } from './weights.ts';

export interface LoadProgress {
  /** Bytes of the file read so far, and in all. */
  readonly done: number;
  readonly total: number;
}

/** Bytes read from the file at a time. */
const PIECE_BYTES = 2 << 20;
/** Bytes handed to the queue before waiting for it, so that its staging memory stays bounded. */
const IN_FLIGHT_BYTES = 8 << 20;

/** Reads weights from a file. */
export class FileFiller implements WeightFiller {
  readonly #gpu: Gpu;
  readonly #source: WeightSource;
  readonly #config: ModelConfig;
  readonly #formats: DeviceFormats;
  readonly #quantiser: Quantiser;
  readonly #onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #total: number;
  #done = 0;
  #inFlight = 0;

  constructor(
    gpu: Gpu,
    source: WeightSource,
    config: ModelConfig,
    precision: Precision,
    options: { shaders: ShaderSources; onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal },
  ) {
    this.#gpu = gpu;
    this.#source = source;
    this.#config = config;
    this.#formats = new DeviceFormats(gpu.caps, source, precision);
    this.#quantiser = new Quantiser(gpu, options.shaders);
    this.#onProgress = options.onProgress;
    this.#signal = options.signal;
    this.#total = [...source.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  format(role: MatrixRole, wanted: WantedMatrix): WeightFormat {
    return this.#formats.of(role, wanted);
  }

  async fillVectors({ buffer, offset }: Span, names: readonly string[]): Promise<void> {
    const { width } = this.#config;
    const data = new Float32Array(names.length * width);
    for (const [index, name] of names.entries()) {
      const tensor = this.#source.tensors.get(name);
      // Layer 0 has no use for v0: some files leave it out, others hold a dummy of another length.
      if (!tensor || name === 'blocks.0.att.v0') continue;
      data.set(await readTensorF32(this.#source, name), index * width);
      await this.#advance(tensor.byteLength);
    }
    this.#gpu.device.queue.writeBuffer(buffer, offset, data);
  }

  async fill(matrix: Matrix): Promise<void> {
    const tensor = this.#formats.tensor(matrix.name);
    if (tensor.transposed) await this.#fillTransposed(tensor, matrix);
    else await this.#fillRows(tensor, matrix);
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
    const rowsPerSlice = matrix.slices[0]?.rows ?? matrix.rows;
    let row = 0;
    while (row < matrix.rows) {
      // A piece lies in one slice.
      const rows = Math.min(rowsPerPiece, matrix.rows - row, rowsPerSlice - (row % rowsPerSlice));
      const stored = await this.#source.read(tensor.name, row * rowBytes, rows * rowBytes);
      await this.#writeStored(tensor.format, stored, matrix, row, rows);
      await this.#advance(stored.byteLength);
      row += rows;
    }
  }

  async #writeStored(
    format: TensorFormat,
    stored: Uint8Array<ArrayBuffer>,
    matrix: Matrix,
    row: number,
    rows: number,
  ): Promise<void> {
    if (format === matrix.format && (format === 'q8_0' || format === 'q4_0')) {
      const { quants, scales } = splitBlocks(stored, format, matrix.paddedColumns);
      writeRows(this.#gpu, matrix, row, quants, scales);
    } else if (format === matrix.format && matrix.columns === matrix.paddedColumns) {
      writeRows(this.#gpu, matrix, row, stored, undefined);
    } else if (isQuantised(matrix.format) && format === 'f16' && stored.byteOffset % 2 === 0) {
      const halves = new Uint16Array(stored.buffer, stored.byteOffset, stored.byteLength / 2);
      await this.#quantiser.write(matrix, row, halves);
    } else {
      const values = new Float32Array(rows * matrix.columns);
      BLOCK_FORMATS[format].dequantise(stored, values);
      if (isQuantised(matrix.format)) await this.#quantiser.write(matrix, row, values);
      else writeRows(this.#gpu, matrix, row, encodeRows(values, matrix), undefined);
    }
  }

  /** Frees what loading needed. */
  dispose(): void {
    this.#quantiser.destroy();
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

/** Blocks of { f16 scale, quants } as quants apart from scales, as the shaders read them. */
function splitBlocks(
  stored: Uint8Array<ArrayBuffer>,
  format: 'q8_0' | 'q4_0',
  columns: number,
): { quants: Uint8Array<ArrayBuffer>; scales: Uint8Array<ArrayBuffer> } {
  const { bytes, elements } = BLOCK_FORMATS[format];
  const quantBytes = bytes - 2;
  const blocksPerRow = columns / elements;
  const rows = stored.byteLength / bytes / blocksPerRow;
  const scaleBytesPerRow = rowScaleByteLength(format, columns);
  const quants = new Uint8Array(rows * blocksPerRow * quantBytes);
  const scales = new Uint8Array(rows * scaleBytesPerRow);
  for (let row = 0, at = 0, to = 0; row < rows; row++) {
    for (let block = 0; block < blocksPerRow; block++, at += bytes, to += quantBytes) {
      const scaleAt = row * scaleBytesPerRow + 2 * block;
      scales[scaleAt] = stored[at] ?? 0;
      scales[scaleAt + 1] = stored[at + 1] ?? 0;
      quants.set(stored.subarray(at + 2, at + bytes), to);
    }
  }
  return { quants, scales };
}
