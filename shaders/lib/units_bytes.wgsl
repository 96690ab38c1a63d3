// Bytes and f16 pairs, without the slow conversion from integers.
enable f16;

/// The four bytes of a word, lowest first, as f32 with 2²³ added: their bits become the mantissa of a number in that range.
fn shifted_bytes(word: u32) -> vec4<f32> {
  let bytes = (vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(0xffu);
  return bitcast<vec4<f32>>(bytes | vec4<u32>(0x4b000000u));
}

const SHIFT = 8388608.0;

/// Eight numbers as f16, two a word.
fn pack_eight(low: vec4<f32>, high: vec4<f32>) -> vec4<u32> {
  return vec4<u32>(bitcast<vec2<u32>>(vec4<f16>(low)), bitcast<vec2<u32>>(vec4<f16>(high)));
}

/// f16 number `index` of the row at `row_at` in weight_scales.
fn scale_f16(row_at: u32, index: u32) -> f32 {
  return unpack2x16float(weight_scales[row_at + index / 2u] >> (16u * (index & 1u))).x;
}
