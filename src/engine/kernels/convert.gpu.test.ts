/** Conversions on the device give, bit by bit, what those on the host give. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu, randomNumbers } from '../../../test/support/gpu.ts';
import { encodeValues } from '../../../test/support/randomModel.ts';
import { BLOCK_FORMATS } from '../formats/blockFormats.ts';
import { bf16ToF16, bf16ToF32, f32ToF16 } from '../formats/halfFloat.ts';
import type { TensorFormat } from '../formats/weightSource.ts';
import { readBack } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { splitBlocks as splitOnHost } from '../rwkv7/hostConversion.ts';
import { createMatrix, type Matrix } from '../rwkv7/matrix.ts';
import { conversionOf, WeightConverter } from '../rwkv7/weightConverter.ts';
import type { WeightFormat } from './weightFormats.ts';
import { QUANTISED_FORMATS } from './quantise.ts';

const bytesOf = (data: Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(data.buffer);

/** Every bf16. */
const ALL_BF16 = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** f32 numbers around everything that rounding to f16 distinguishes. */
function trickyFloats(): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(1 << 18);
  // Every exponent with both signs, and fractions around the bits that are cut off.
  for (let i = 0, x = 88172645; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    const fraction = [x & 0x7fffff, x & 0x7fe000, (x & 0x7fe000) | 0x1000, (x & 0x7fe000) + 0xfff, 0, 0x7fffff][i % 6];
    words[i] = (((i >> 9) & 0x1ff) << 23) | ((fraction ?? 0) & 0x7fffff);
  }
  return new Float32Array(words.buffer);
}

describe('converting on the device', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });

  interface Stored {
    readonly form: TensorFormat;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly transposed?: boolean;
  }

  async function converted(
    format: WeightFormat,
    [rows, columns]: readonly [number, number],
    { form, bytes, transposed = false }: Stored,
  ): Promise<{ weights: Uint8Array<ArrayBuffer>; scales: Uint8Array<ArrayBuffer> }> {
    const converter = new WeightConverter(gpu, readShaderSources());
    const matrix: Matrix = createMatrix(gpu, { name: 'test', format, rows, columns });
    const info = { name: 'test', shape: [rows, columns], format: form, byteLength: bytes.length, transposed };
    const conversion = conversionOf({ isCpu: false }, info, matrix);
    if (!conversion) throw new Error('no conversion');
    // In two pieces, as a file is read.
    const pieces = transposed ? [[0, rows] as const] : [[0, 2] as const, [2, rows] as const];
    for (const [first, last] of pieces) {
      const piece = bytes.slice((first * bytes.length) / rows, (last * bytes.length) / rows);
      await converter.write(matrix, conversion, { firstRow: first, rows: last - first, bytes: piece });
    }
    const [slice] = matrix.slices;
    if (!slice) throw new Error('no slice');
    const read = async ({ buffer, size }: { buffer: GPUBuffer; size: number }) =>
      bytesOf(await readBack(gpu, [{ buffer, byteLength: size }]));
    const result = { weights: await read(slice.weights), scales: await read(slice.scales) };
    gpu.check();
    converter.destroy();
    return result;
  }

  test('bf16 → f16, every number there is', async () => {
    const expected = new Uint16Array(ALL_BF16.length);
    bf16ToF16(ALL_BF16, expected);
    const { weights } = await converted('f16', [64, 1024], { form: 'bf16', bytes: bytesOf(ALL_BF16) });
    expect(weights).toEqual(bytesOf(expected));
  });

  test('f32 → f16, around every tie', async () => {
    const values = trickyFloats();
    const expected = new Uint16Array(values.length);
    f32ToF16(values, expected);
    const { weights } = await converted('f16', [128, values.length / 128], { form: 'f32', bytes: bytesOf(values) });
    expect(weights).toEqual(bytesOf(expected));
  });

  test.each(['f32', 'f16', 'bf16'] as const)('a transposed adapter of %s', async (form) => {
    const [rows, columns] = [96, 128];
    const values = randomNumbers(3, rows * columns);
    const stored = new Float32Array(values.length);
    const exact = new Float32Array(values.length);
    bf16ToF32(new Uint16Array(encodeValues(values, 'bf16').buffer), exact);
    exact.forEach((value, i) => (stored[(i % columns) * rows + Math.floor(i / columns)] = value));
    const { weights } = await converted('f16', [rows, columns], {
      form,
      bytes: encodeValues(stored, form),
      transposed: true,
    });
    expect(weights).toEqual(encodeValues(exact, 'f16'));
  });

  test.each(['q8_0', 'q4_0'] as const)('blocks of %s', async (form) => {
    const [rows, columns] = [6, 192];
    const bytes = encodeValues(randomNumbers(4, rows * columns), form);
    const { quants, scales } = splitOnHost(bytes, form, columns);
    expect(await converted(form, [rows, columns], { form, bytes })).toEqual({ weights: quants, scales });
  });

  test.each(['int8', 'nf4', 'q4_0'] as const)('%s of Q8_0 is that of the same numbers in f32', async (format) => {
    const bytes = encodeValues(randomNumbers(6, 6 * 256), 'q8_0');
    const values = new Float32Array(6 * 256);
    BLOCK_FORMATS.q8_0.dequantise(bytes, values);
    expect(await converted(format, [6, 256], { form: 'q8_0', bytes })).toEqual(
      await converted(format, [6, 256], { form: 'f32', bytes: bytesOf(values) }),
    );
  });

  test.each(QUANTISED_FORMATS)('%s of bf16 is that of the same numbers in f32', async (format) => {
    const bytes = encodeValues(randomNumbers(5, 6 * 256), 'bf16');
    const values = new Float32Array(6 * 256);
    bf16ToF32(new Uint16Array(bytes.buffer), values);
    expect(await converted(format, [6, 256], { form: 'bf16', bytes })).toEqual(
      await converted(format, [6, 256], { form: 'f32', bytes: bytesOf(values) }),
    );
  });
});
