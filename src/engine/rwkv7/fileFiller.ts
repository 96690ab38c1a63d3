/**
 * Brings a model's weights from a file onto the device, tensor by tensor and piece by piece: host memory stays at a few
 * pieces whatever the model's size. Pieces are read ahead, and what a form needs of conversion or quantising the device does.
 */
import { BLOCK_FORMATS } from '../formats/blockFormats.ts';
import { bf16ToF16 } from '../formats/halfFloat.ts';
import { readTensorF32 } from '../formats/readTensor.ts';
import type { TensorInfo, WeightSource } from '../formats/weightSource.ts';
import { Backpressure } from '../gpu/backpressure.ts';
import type { Gpu } from '../gpu/device.ts';
import type { ShaderSources } from '../gpu/shader.ts';
import { isQuantised } from '../kernels/quantise.ts';
import type { WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { DeviceFormats } from './deviceFormats.ts';
import { encodeRows, splitBlocks } from './hostConversion.ts';
import { writeRows, type Matrix, type Span } from './matrix.ts';
import type { Precision } from './precision.ts';
import { QuantisedReader } from './quantised/reader.ts';
import { ReadAhead } from './readAhead.ts';
import { conversionOf, WeightConverter } from './weightConverter.ts';
import type { MatrixRole, WantedMatrix, WeightFiller } from './weights.ts';

export interface LoadProgress {
  /** Bytes of the file read so far, and in all. */
  readonly done: number;
  readonly total: number;
}

/** Bytes read from the file at a time. */
const PIECE_BYTES = 2 << 20;

/** Whether a matrix has another form on the device than in the file, and that form is a quantised one. */
export const isQuantisedOnTheWay = ({ tensors }: WeightSource, { name, format }: Matrix): boolean =>
  isQuantised(format) && tensors.get(name)?.format !== format;

/** Reads weights from a file. */
export class FileFiller implements WeightFiller {
  readonly #gpu: Gpu;
  readonly #source: WeightSource;
  readonly #config: ModelConfig;
  readonly #formats: DeviceFormats;
  readonly #converter: WeightConverter;
  readonly #quantised: QuantisedReader | undefined;
  readonly #ahead = new ReadAhead();
  readonly #backpressure: Backpressure;
  readonly #onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #total: number;
  #done = 0;

  constructor(
    gpu: Gpu,
    source: WeightSource,
    config: ModelConfig,
    precision: Precision,
    options: {
      shaders: ShaderSources;
      /** Has the matrices that would have to be quantised. */
      quantised?: QuantisedReader | undefined;
      onProgress?: (progress: LoadProgress) => void;
      signal?: AbortSignal;
    },
  ) {
    this.#gpu = gpu;
    this.#source = source;
    this.#config = config;
    this.#formats = new DeviceFormats(gpu.caps, source, precision);
    this.#converter = new WeightConverter(gpu, options.shaders);
    this.#backpressure = new Backpressure(gpu.device.queue);
    this.#quantised = options.quantised;
    this.#onProgress = options.onProgress;
    this.#signal = options.signal;
    this.#total = [...source.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  format(role: MatrixRole, wanted: WantedMatrix): WeightFormat {
    return this.#formats.of(role, wanted);
  }

  async fillVectors({ buffer, offset }: Span, names: readonly string[]): Promise<void> {
    const { width } = this.#config;
    // Layer 0 has no use for v0: some files leave it out, others hold a dummy of another length.
    const tensors = names.map((name) => (name === 'blocks.0.att.v0' ? undefined : this.#source.tensors.get(name)));
    const read = async (): Promise<Float32Array<ArrayBuffer>> => {
      const data = new Float32Array(names.length * width);
      await Promise.all(
        tensors.map(async (tensor, index) => {
          if (tensor) data.set(await readTensorF32(this.#source, tensor.name), index * width);
        }),
      );
      return data;
    };
    await this.#ahead.add(0, read, (data) => {
      this.#gpu.device.queue.writeBuffer(buffer, offset, data);
      return this.#advance(tensors.reduce((sum, tensor) => sum + (tensor?.byteLength ?? 0), 0));
    });
  }

  async fill(matrix: Matrix): Promise<void> {
    const tensor = this.#formats.tensor(matrix.name);
    if (this.#quantised && isQuantisedOnTheWay(this.#source, matrix))
      await this.#fillKept(this.#quantised, tensor, matrix);
    else if (tensor.transposed) await this.#fillTransposed(tensor, matrix);
    else await this.#fillRows(tensor, matrix);
  }

  async finish(): Promise<void> {
    await this.#ahead.finish();
  }

  /** From what an earlier load has quantised; progress counts as if the tensor itself were read. */
  async #fillKept(quantised: QuantisedReader, { byteLength }: TensorInfo, matrix: Matrix): Promise<void> {
    const kept = quantised.matrix(matrix);
    for (let piece = 0; piece < QuantisedReader.pieces(kept); piece++)
      await this.#ahead.add(
        QuantisedReader.pieceBytes(kept),
        (buffer) => quantised.read(kept, piece, buffer),
        ({ firstRow, rows, weights, scales }) => {
          writeRows(this.#gpu, matrix, firstRow, weights, scales);
          return this.#advance((byteLength * rows) / matrix.rows);
        },
      );
  }

  /** Low-rank adapters only: small enough to be turned around in one piece. */
  async #fillTransposed(tensor: TensorInfo, matrix: Matrix): Promise<void> {
    const { name, byteLength } = tensor;
    const conversion = conversionOf(this.#gpu.caps, tensor, matrix);
    if (conversion)
      await this.#ahead.add(
        byteLength,
        (buffer) => this.#source.read(name, 0, byteLength, buffer),
        async (bytes) => {
          await this.#converter.write(matrix, conversion, { firstRow: 0, rows: matrix.rows, bytes });
          await this.#advance(byteLength);
        },
      );
    else
      await this.#ahead.add(
        0,
        () => readTensorF32(this.#source, name),
        (values) => {
          writeRows(this.#gpu, matrix, 0, encodeRows(values, matrix), undefined);
          return this.#advance(byteLength);
        },
      );
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
      const [firstRow, length] = [row, rows * rowBytes];
      row += rows;
      await this.#ahead.add(
        Math.max(length, PIECE_BYTES),
        (buffer) => this.#source.read(tensor.name, firstRow * rowBytes, length, buffer),
        async (stored) => {
          await this.#writeStored(tensor, matrix, firstRow, stored);
          await this.#advance(length);
        },
      );
    }
  }

  /** Writes whole rows as the file has them. */
  async #writeStored(
    tensor: TensorInfo,
    matrix: Matrix,
    firstRow: number,
    stored: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const { format } = tensor;
    const { elements, bytes, dequantise } = BLOCK_FORMATS[format];
    const count = (stored.byteLength / bytes) * elements;
    const rows = count / matrix.columns;
    const conversion = conversionOf(this.#gpu.caps, tensor, matrix);
    if (conversion) await this.#converter.write(matrix, conversion, { firstRow, rows, bytes: stored });
    else if (format === matrix.format && (format === 'q8_0' || format === 'q4_0')) {
      const { quants, scales } = splitBlocks(stored, format, matrix.paddedColumns);
      writeRows(this.#gpu, matrix, firstRow, quants, scales);
    } else if (format === matrix.format && matrix.columns === matrix.paddedColumns) {
      writeRows(this.#gpu, matrix, firstRow, stored, undefined);
    } else if (format === 'bf16' && matrix.format === 'f16' && matrix.columns === matrix.paddedColumns) {
      const halves = new Uint16Array(stored.buffer, stored.byteOffset, count);
      bf16ToF16(halves, halves);
      writeRows(this.#gpu, matrix, firstRow, stored, undefined);
    } else {
      const values = new Float32Array(count);
      dequantise(stored, values);
      const quantising = isQuantised(matrix.format)
        ? conversionOf(this.#gpu.caps, { ...tensor, format: 'f32' }, matrix)
        : undefined;
      if (quantising)
        await this.#converter.write(matrix, quantising, { firstRow, rows, bytes: new Uint8Array(values.buffer) });
      else writeRows(this.#gpu, matrix, firstRow, encodeRows(values, matrix), undefined);
    }
  }

  /** Frees what loading needed. */
  dispose(): void {
    this.#converter.destroy();
  }

  /** Counts, reports, lets the queue drain, and notices a cancel or a failed device. */
  async #advance(bytes: number): Promise<void> {
    this.#done += bytes;
    this.#onProgress?.({ done: this.#done, total: this.#total });
    this.#signal?.throwIfAborted();
    if (await this.#backpressure.add(bytes)) this.#gpu.check();
  }
}
