/** Random matrices in every device format, with the values that the kernel makes of them: rounded to f16. */
import type { TileFormat } from '../../../src/engine/kernels/matMatUnits.ts';
import { rowByteLength, rowScaleByteLength } from '../../../src/engine/kernels/weightFormats.ts';

export interface TestMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly quants: Uint8Array<ArrayBuffer>;
  readonly scales: Uint32Array<ArrayBuffer>;
  /** [rows][columns] */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Numbers in [0, 1) from a fixed seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const half = new Float16Array(1);
const halfBits = new Uint16Array(half.buffer);

export function toHalf(value: number): number {
  half[0] = value;
  return half[0];
}

function bitsOfHalf(value: number): number {
  half[0] = value;
  return halfBits[0] ?? 0;
}

/** The levels of NF4, as in `shaders/tiles/nf4.wgsl`. */
const NF4_LEVELS = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
].map(Math.fround);

const BLOCK: Readonly<Record<TileFormat, number>> = { f16: 1, q8_0: 32, int8: 128, nf4: 64, q4_0: 32 };

/** Writes a row's scale of a block; returns it as the kernel reads it. */
type ScaleWriter = (block: number, value: number) => number;

export function randomMatrix(format: TileFormat, rows: number, columns: number, seed: number): TestMatrix {
  const random = generator(seed);
  const rowBytes = rowByteLength(format, columns);
  const scaleWords = rowScaleByteLength(format, columns) / 4;
  const quants = new Uint8Array(rows * rowBytes);
  const scales = new Uint32Array(Math.max(4, rows * scaleWords));
  const scaleHalves = new Uint16Array(scales.buffer);
  const values = new Float32Array(rows * columns);
  const byte = (): number => Math.floor(random() * 256);
  for (let row = 0; row < rows; row++) {
    const at = row * rowBytes;
    const put = (column: number, value: number): void => {
      values[row * columns + column] = toHalf(Math.fround(value));
    };
    const writeScale: ScaleWriter = (block, value) => {
      scaleHalves[2 * row * scaleWords + block] = bitsOfHalf(value);
      return toHalf(value);
    };
    for (let first = 0; first < columns; first += BLOCK[format]) {
      const block = first / BLOCK[format];
      const last = Math.min(columns, first + BLOCK[format]);
      if (format === 'f16') {
        const value = toHalf(random() - 0.5);
        quants.set([bitsOfHalf(value) & 255, bitsOfHalf(value) >> 8], at + 2 * first);
        put(first, value);
      } else if (format === 'q8_0') {
        const scale = writeScale(block, random() * 0.008);
        for (let column = first; column < last; column++) {
          const quant = byte() - 128;
          quants[at + column] = quant & 255;
          put(column, scale * quant);
        }
      } else if (format === 'int8') {
        const [min, max] = [toHalf(-0.6 * random()), toHalf(0.6 * random())];
        scales[row * scaleWords + block] = bitsOfHalf(min) | (bitsOfHalf(max) << 16);
        for (let column = first; column < last; column++) {
          const quant = byte();
          quants[at + column] = quant;
          put(column, min + ((max - min) * quant) / 255);
        }
      } else if (format === 'nf4') {
        const scale = writeScale(block, random());
        for (let column = first; column < last; column += 2) {
          const code = byte();
          quants[at + column / 2] = code;
          put(column, scale * (NF4_LEVELS[code & 15] ?? Number.NaN));
          put(column + 1, scale * (NF4_LEVELS[code >> 4] ?? Number.NaN));
        }
      } else {
        const scale = writeScale(block, random() * 0.1);
        for (let i = 0; i < 16; i++) {
          const code = byte();
          quants[at + first / 2 + i] = code;
          put(first + i, scale * ((code & 15) - 8));
          put(first + i + 16, scale * ((code >> 4) - 8));
        }
      }
    }
  }
  return { rows, columns, quants, scales, values };
}

/** Random activations as f16: their bytes, and their values [rows][columns]. */
export function randomHalves(
  rows: number,
  columns: number,
  seed: number,
): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer>;
} {
  const random = generator(seed);
  const halves = Float16Array.from({ length: rows * columns }, () => 2 * random() - 1);
  return { bytes: new Uint8Array(halves.buffer), values: Float32Array.from(halves) };
}

/** Σ over the columns of X's row and W's row, in doubles. */
export function exactProduct(x: Float32Array, xAt: number, { values, columns }: TestMatrix, row: number): number {
  let sum = 0;
  const at = row * columns;
  for (let column = 0; column < columns; column++)
    sum += (x[xAt + column] ?? Number.NaN) * (values[at + column] ?? Number.NaN);
  return sum;
}
