/** Quantising on the device: every code is the nearest that its block's scale allows, and int4 beats the plain Q4_0. */
import { beforeAll, describe, expect, test } from 'vitest';
import { decodedMatrix } from '../../../test/support/deviceMatrix.ts';
import { download, openTestGpu, randomNumbers } from '../../../test/support/gpu.ts';
import { encodeValues } from '../../../test/support/randomModel.ts';
import { BLOCK_FORMATS } from '../formats/blockFormats.ts';
import type { TensorInfo } from '../formats/weightSource.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { createMatrix } from '../rwkv7/matrix.ts';
import { conversionOf, WeightConverter } from '../rwkv7/weightConverter.ts';
import { QUANTISED_FORMATS, type QuantisedFormat } from './quantise.ts';

const [ROWS, COLUMNS] = [5, 256];

/** Numbers that f16 holds exactly, most of them small as weights are; one block is all zero. */
function weightsOf(seed: number): Float32Array<ArrayBuffer> {
  const values = randomNumbers(seed, ROWS * COLUMNS).map((n) => Math.fround(new Float16Array([n * n * n])[0] ?? 0));
  values.fill(0, COLUMNS, COLUMNS + 128);
  return values;
}

const squaredError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0);

/** The largest error that a format may make in the block of values: half of the widest step between its codes. */
function allowed(format: QuantisedFormat, block: Float32Array): number {
  const largest = block.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const range = Math.max(...block) - Math.min(...block);
  // The scale itself is rounded to 11 bits.
  const rounding = largest / 1000;
  return { q8_0: largest / 254, int8: range / 510, nf4: 0.16 * largest, q4_0: 0.4 * largest }[format] + rounding;
}

describe('quantising on the device', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });

  async function quantised(format: QuantisedFormat, values: Float32Array<ArrayBuffer>, asHalves: boolean) {
    const converter = new WeightConverter(gpu, readShaderSources());
    const matrix = createMatrix(gpu, { name: 'test', format, rows: ROWS, columns: COLUMNS });
    // In two pieces, as a file is read.
    for (const [first, last] of [
      [0, 2],
      [2, ROWS],
    ] as const) {
      const piece = values.slice(first * COLUMNS, last * COLUMNS);
      const form = asHalves ? 'f16' : 'f32';
      const info: TensorInfo = { name: 'test', shape: [ROWS, COLUMNS], format: form, byteLength: 0, transposed: false };
      const conversion = conversionOf({ isCpu: false }, info, matrix);
      if (!conversion) throw new Error('no conversion');
      const bytes = encodeValues(piece, form);
      await converter.write(matrix, conversion, { firstRow: first, rows: last - first, bytes });
    }
    const [slice] = matrix.slices;
    if (!slice) throw new Error('no slice');
    const words = await download(gpu, slice.weights.buffer, slice.weights.size / 4);
    const scales = await download(gpu, slice.scales.buffer, slice.scales.size / 4);
    gpu.check();
    const bytes = (data: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(data.buffer);
    return decodedMatrix(format, ROWS, COLUMNS, bytes(words), bytes(scales));
  }

  test.each(QUANTISED_FORMATS.flatMap((format) => [true, false].map((asHalves) => ({ format, asHalves }))))(
    '$format, from f16: $asHalves',
    async ({ format, asHalves }) => {
      const values = weightsOf(7);
      const result = await quantised(format, values, asHalves);
      const block = format === 'int8' ? 128 : format === 'nf4' ? 64 : 32;
      for (let at = 0; at < values.length; at += block) {
        const own = values.subarray(at, at + block);
        const bound = allowed(format, own);
        own.forEach((value, i) => {
          expect(Math.abs((result[at + i] ?? Number.NaN) - value)).toBeLessThan(bound + 1e-9);
        });
      }
    },
  );

  test('int4 has a smaller error than the plain Q4_0', async () => {
    const values = weightsOf(11);
    const plain = new Float32Array(values.length);
    BLOCK_FORMATS.q4_0.dequantise(encodeValues(values, 'q4_0'), plain);
    expect(squaredError(await quantised('q4_0', values, false), values)).toBeLessThan(
      0.9 * squaredError(plain, values),
    );
  });
});
