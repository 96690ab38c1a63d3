import { expect, test } from 'vitest';
import { bf16ToF16, bf16ToF32, f16Bits, f16ToF32, f16Value, f32ToBf16, f32ToF16 } from './halfFloat.ts';

const LARGEST = 0x7bff;
const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

const toF16 = (values: readonly number[]): number[] => {
  const out = new Uint16Array(values.length);
  f32ToF16(Float32Array.from(values), out);
  return [...out];
};

/** The next f32 above a positive one. */
function nextUp(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  return new Float32Array(bits.map((b) => b + 1).buffer)[0] ?? NaN;
}
function nextDown(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  return new Float32Array(bits.map((b) => b - 1).buffer)[0] ?? NaN;
}

test('known f16 numbers', () => {
  // prettier-ignore
  const known: [bits: number, value: number][] = [
    [0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0400, 2 ** -14], [0x0001, 2 ** -24], [0x3555, 0.333251953125], [0, 0],
  ];
  for (const [bits, value] of known) {
    expect(f16Value(bits)).toBe(value);
    expect(f16Bits(value)).toBe(bits);
  }
  expect(f16Value(0x7c00)).toBe(Infinity);
  expect(f16Value(0xfe00)).toBeNaN();
  expect(Object.is(f16Value(0x8000), -0)).toBe(true);
});

test('every finite f16 survives the way to f32 and back', () => {
  const values = new Float32Array(65536);
  f16ToF32(all, values);
  const back = new Uint16Array(65536);
  f32ToF16(values, back);
  const finite = all.filter((bits) => (bits & 0x7fff) <= LARGEST);
  expect(finite.length).toBe(2 * (LARGEST + 1));
  expect(finite.every((bits) => back[bits] === bits)).toBe(true);
});

test('f32 rounds to the nearest f16, ties to even, between any two neighbours and for both signs', () => {
  const inputs: number[] = [];
  const expected: number[] = [];
  for (let bits = 0; bits < LARGEST; bits++) {
    const middle = (f16Value(bits) + f16Value(bits + 1)) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    inputs.push(middle, nextDown(middle), nextUp(middle), -middle, -nextDown(middle), -nextUp(middle));
    expected.push(even, bits, bits + 1, even | 0x8000, bits | 0x8000, (bits + 1) | 0x8000);
  }
  expect(toF16(inputs)).toEqual(expected);
});

test('f32 beyond the range of f16 is clamped, tiny numbers become zero, NaN stays NaN', () => {
  expect(toF16([65505, 65520, 1e38, Infinity, -1e6, -Infinity])).toEqual([
    LARGEST,
    LARGEST,
    LARGEST,
    LARGEST,
    0xfbff,
    0xfbff,
  ]);
  expect(toF16([1e-9, -1e-9, 1e-45, 2 ** -25])).toEqual([0, 0x8000, 0, 0]);
  expect(f16Value(toF16([NaN])[0] ?? 0)).toBeNaN();
});

test('bf16 is the upper half of f32', () => {
  const values = new Float32Array(65536);
  bf16ToF32(all, values);
  expect([values[0x3f80], values[0xc000], values[0x7f80]]).toEqual([1, -2, Infinity]);
  const back = new Uint16Array(65536);
  f32ToBf16(values, back);
  const numbers = all.filter((bits) => !Number.isNaN(values[bits]));
  expect(numbers.every((bits) => back[bits] === bits)).toBe(true);
});

test('f32 rounds to the nearest bf16, ties to even', () => {
  const out = new Uint16Array(4);
  f32ToBf16(Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, NaN), out);
  expect([...out.subarray(0, 3)]).toEqual([0x3f80, 0x3f82, 0x3f81]);
  expect((out[3] ?? 0) & 0x7fff).toBeGreaterThan(0x7f80);
});

test('bf16 becomes f16 as by way of f32, in place too', () => {
  const values = new Float32Array(65536);
  bf16ToF32(all, values);
  const expected = new Uint16Array(65536);
  f32ToF16(values, expected);
  const inPlace = all.slice();
  bf16ToF16(inPlace, inPlace);
  expect(inPlace).toEqual(expected);
});
