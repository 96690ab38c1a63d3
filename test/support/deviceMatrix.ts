/** Random matrices in every device format: the bytes that kernels read, and the values that they stand for. */
import { roundUp } from '../../src/engine/gpu/buffers.ts';
import { rowScaleByteLength, WEIGHT_LAYOUTS, type WeightFormat } from '../../src/engine/kernels/weightFormats.ts';
import { randomNumbers } from './gpu.ts';

export interface DeviceMatrix {
  /** [rows][columns], exactly what the stored bytes mean, in f32. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Rows padded to a multiple of 4 columns. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Empty for formats without scales. */
  readonly scales: Uint8Array<ArrayBuffer>;
}

/** NF4's table, as the QLoRA paper's implementation prints it. */
const NF4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

const half = (value: number): number => new Float16Array([value])[0] ?? Number.NaN;

/** The value of column c of a row, from the row's bytes and the f16 numbers of its scales. */
function decoded(format: WeightFormat, row: Uint8Array, scales: Float16Array, c: number): number {
  const byte = (i: number): number => row[i] ?? Number.NaN;
  const scale = (i: number): number => scales[i] ?? Number.NaN;
  switch (format) {
    case 'q8_0':
      return scale(Math.floor(c / 32)) * ((byte(c) << 24) >> 24);
    case 'int8': {
      const block = 2 * Math.floor(c / 128);
      return scale(block) + ((scale(block + 1) - scale(block)) * byte(c)) / 255;
    }
    case 'nf4':
      return scale(Math.floor(c / 64)) * (NF4[(byte(c >> 1) >> (4 * (c & 1))) & 15] ?? Number.NaN);
    case 'q4_0': {
      const [block, e] = [Math.floor(c / 32), c % 32];
      return scale(block) * (((byte(16 * block + (e % 16)) >> (e < 16 ? 0 : 4)) & 15) - 8);
    }
    default:
      throw new Error(`${format} has no blocks`);
  }
}

/** A random matrix of about ±scale. */
export function randomDeviceMatrix(
  format: WeightFormat,
  rows: number,
  columns: number,
  seed: number,
  scale = 0.5,
): DeviceMatrix {
  const padded = roundUp(columns, 4);
  if (format === 'f32' || format === 'f16') {
    const values = randomNumbers(seed, rows * columns, scale).map((value) => (format === 'f16' ? half(value) : value));
    const paddedRows = new Float32Array(rows * padded);
    for (let row = 0; row < rows; row++)
      paddedRows.set(values.subarray(row * columns, (row + 1) * columns), row * padded);
    const weights = new Uint8Array(format === 'f16' ? Float16Array.from(paddedRows).buffer : paddedRows.buffer);
    return { values, weights, scales: new Uint8Array() };
  }
  const { bits } = WEIGHT_LAYOUTS[format];
  const rowBytes = (columns * bits) / 8;
  const weights = Uint8Array.from(randomNumbers(seed, rows * rowBytes), (n) => Math.floor(128 * (n + 1)));
  const rowScales = rowScaleByteLength(format, columns) / 2;
  const unit = { q8_0: scale / 127, q4_0: scale / 8, nf4: scale, int8: scale }[format];
  const halves = Float16Array.from(randomNumbers(seed + 1, rows * rowScales, unit), (n, i) =>
    // Pairs of int8 are (min, max).
    format === 'int8' ? (i % 2 === 0 ? -1 : 1) * Math.abs(n) : n,
  );
  const scales = new Uint8Array(halves.buffer);
  return { values: decodedMatrix(format, rows, columns, weights, scales), weights, scales };
}

/** What the bytes of a quantised matrix mean: [rows][columns]. */
export function decodedMatrix(
  format: WeightFormat,
  rows: number,
  columns: number,
  weights: Uint8Array<ArrayBuffer>,
  scales: Uint8Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const { bits, block, scaleBytes } = WEIGHT_LAYOUTS[format];
  const rowBytes = (columns * bits) / 8;
  const rowScales = rowScaleByteLength(format, columns) / 2;
  const halves = new Float16Array(scales.buffer, scales.byteOffset);
  const values = new Float32Array(rows * columns);
  const perRow = (columns / block) * (scaleBytes / 2);
  for (let row = 0; row < rows; row++) {
    const bytes = weights.subarray(row * rowBytes, (row + 1) * rowBytes);
    const own = halves.subarray(row * rowScales, row * rowScales + perRow);
    for (let c = 0; c < columns; c++) values[row * columns + c] = decoded(format, bytes, own, c);
  }
  return values;
}
