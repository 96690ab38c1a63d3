/**
 * Conversions between f32 and the two 16-bit floats of model files, on whole arrays. Sixteen bits have only 65536
 * values, so everything that starts from them is a table. All hosts of the engine are little-endian, as are the files.
 */

/** The largest finite f16, 65504. Larger magnitudes are clamped to it: an infinite weight would poison every sum. */
const F16_MAX_BITS = 0x7bff;
const F16_NAN_BITS = 0x7e00;

/** To look at a number as bits and back. */
const scratch = new DataView(new ArrayBuffer(4));

/** f32 bits → f16 bits, rounded to nearest, ties to even; beyond ±65504, infinities too, clamped; NaN stays NaN. */
function f16FromF32Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | F16_NAN_BITS;
  if (magnitude >= 0x477fe000) return sign | F16_MAX_BITS;
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ f16 is a fixed-point number with unit 2⁻²⁴, the unit in the last place of f32 numbers in [0.5, 1):
    // adding 0.5 lets the hardware round.
    scratch.setUint32(0, magnitude);
    scratch.setFloat32(0, scratch.getFloat32(0) + 0.5);
    return sign | (scratch.getUint32(0) - 0x3f000000);
  }
  // Rebias the exponent from 127 to 15; adding just under half a unit, plus the last kept bit, rounds ties to even.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

function f32FromF16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

let f32OfF16: Float32Array | undefined;
let f16OfBf16: Uint16Array | undefined;

const f16Values = (): Float32Array =>
  (f32OfF16 ??= Float32Array.from({ length: 65536 }, (_, bits) => f32FromF16Bits(bits)));
const bf16InF16 = (): Uint16Array =>
  (f16OfBf16 ??= Uint16Array.from({ length: 65536 }, (_, bits) => f16FromF32Bits(bits << 16)));

/** The nearest f16 to a number, as bits (rounded to f32 first). */
export function f16Bits(value: number): number {
  scratch.setFloat32(0, value);
  return f16FromF32Bits(scratch.getUint32(0));
}

/** The number that f16 bits stand for. */
export const f16Value = (bits: number): number => f16Values()[bits & 0xffff] ?? 0;

/** f16 bits → f32, exact. `out` is at least as long as `from`. */
export function f16ToF32(from: Uint16Array, out: Float32Array): void {
  const values = f16Values();
  for (let i = 0; i < from.length; i++) out[i] = values[from[i] ?? 0] ?? 0;
}

/** f32 → f16 bits, nearest even, clamped to ±65504. `out` is at least as long as `from`. */
export function f32ToF16(from: Float32Array, out: Uint16Array): void {
  const bits = new Uint32Array(from.buffer, from.byteOffset, from.length);
  for (let i = 0; i < bits.length; i++) out[i] = f16FromF32Bits(bits[i] ?? 0);
}

/** bf16 bits → f32, exact. `out` is at least as long as `from`. */
export function bf16ToF32(from: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, from.length);
  for (let i = 0; i < from.length; i++) bits[i] = (from[i] ?? 0) << 16;
}

/** f32 → bf16 bits, nearest even; NaN stays NaN. For tests and tools: files are read, never written, by the engine. */
export function f32ToBf16(from: Float32Array, out: Uint16Array): void {
  const bits = new Uint32Array(from.buffer, from.byteOffset, from.length);
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i] ?? 0;
    out[i] = (b & 0x7fffffff) > 0x7f800000 ? (b >>> 16) | 0x40 : (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
  }
}

/** bf16 bits → f16 bits, nearest even, clamped to ±65504. `out` may be `from`. */
export function bf16ToF16(from: Uint16Array, out: Uint16Array): void {
  const table = bf16InF16();
  for (let i = 0; i < from.length; i++) out[i] = table[from[i] ?? 0] ?? 0;
}
