/// f32 bits → f16 bits, to nearest, ties to even; beyond ±65504 clamped, NaN stays NaN. Integers only: every device must
/// give the same, and floats may lose what is too small for their usual form.
fn half_bits(bits: u32) -> u32 {
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if magnitude > 0x7f800000u {
    return sign | 0x7e00u;
  }
  if magnitude >= 0x477fe000u {
    return sign | 0x7bffu;
  }
  if magnitude >= 0x38800000u {
    // Rebias the exponent from 127 to 15; adding just under half a unit, plus the last kept bit, rounds ties to even.
    return sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13u) & 1u)) >> 13u);
  }
  // Below 2⁻¹⁴ f16 is a fixed-point number with unit 2⁻²⁴; below half of that it is 0.
  let exponent = magnitude >> 23u;
  if exponent < 102u {
    return sign;
  }
  let fraction = (magnitude & 0x7fffffu) | 0x800000u;
  let shift = 126u - exponent;
  return sign | ((fraction + (1u << (shift - 1u)) - 1u + ((fraction >> shift) & 1u)) >> shift);
}
