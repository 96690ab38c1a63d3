import { expect, test } from 'vitest';
import { seededRandom } from '../../../test/support/randomModel.ts';
import { BLOCK_FORMATS } from './blockFormats.ts';
import { f16Bits } from './halfFloat.ts';
import { quantiseQ8_0 } from './q8_0.ts';

/** The same bytes at an odd address. */
function misaligned(bytes: Uint8Array): Uint8Array {
  const moved = new Uint8Array(bytes.length + 1).subarray(1);
  moved.set(bytes);
  return moved;
}

test.each([
  ['f32', Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 192), [1, -2]],
  ['f16', Uint8Array.of(0, 0x3c, 0, 0xc0), [1, -2]],
  ['bf16', Uint8Array.of(0x80, 0x3f, 0, 0xc0), [1, -2]],
] as const)('%s, at any alignment', (format, bytes, expected) => {
  for (const stored of [bytes, misaligned(bytes)]) {
    const out = new Float32Array(2);
    BLOCK_FORMATS[format].dequantise(stored, out);
    expect([...out]).toEqual(expected);
  }
});

test('q8_0: scale times signed quants, block after block', () => {
  const bytes = new Uint8Array(68);
  const halves = [f16Bits(0.5), f16Bits(-2)];
  halves.forEach((bits, block) => bytes.set([bits & 255, bits >> 8], 34 * block));
  bytes.set([1, 255, 127, 128], 2);
  bytes.set([3], 34 + 2 + 31);
  const out = new Float32Array(64);
  BLOCK_FORMATS.q8_0.dequantise(misaligned(bytes), out);
  expect([...out.subarray(0, 4)]).toEqual([0.5, -0.5, 63.5, -64]);
  expect(out[63]).toBe(-6);
});

test('q8_0: quantising is off by at most half a step and the scale’s rounding, and keeps zeros', () => {
  const random = seededRandom(7);
  const values = Float32Array.from({ length: 1024 }, (_, i) => (i < 32 ? 0 : (random() - 0.5) * 10 ** (i % 3)));
  const stored = quantiseQ8_0(values);
  expect(stored.length).toBe((1024 / 32) * 34);
  const out = new Float32Array(1024);
  BLOCK_FORMATS.q8_0.dequantise(stored, out);
  for (let block = 0; block < 1024; block += 32) {
    const largest = Math.max(...values.subarray(block, block + 32).map(Math.abs));
    for (let i = block; i < block + 32; i++)
      expect(Math.abs((out[i] ?? NaN) - (values[i] ?? NaN))).toBeLessThanOrEqual(
        (largest / 127) * 0.5 + largest * 2 ** -11 * 1.01,
      );
  }
});

test('q8_0: the largest magnitude takes the quant 127, halves round away from zero', () => {
  const values = new Float32Array(32);
  values.set([127, -127, 2.5, -2.5, 2.4]);
  const quants = new Int8Array(quantiseQ8_0(values).buffer, 2);
  expect([...quants.subarray(0, 5)]).toEqual([127, -127, 3, -3, 2]);
  expect(() => quantiseQ8_0(new Float32Array(33))).toThrow(RangeError);
});
