// GGUF's Q8_0: two blocks of 32, scale = largest magnitude / 127 as f16, then round(value / scale).
const WORD_COLUMNS = 64u;

fn quantise_word(first: u32, word: u32) -> u32 {
  return quantise_block(first, word * 16u) | (quantise_block(first + 32u, word * 16u + 8u) << 16u);
}

/// The f16 bits of the block's scale.
fn quantise_block(first: u32, out: u32) -> u32 {
  let bits = pack2x16float(vec2<f32>(largest_magnitude(first, 32u) / 127.0, 0.0));
  let factor = inverse(unpack2x16float(bits).x);
  for (var i = 0u; i < 8u; i++) {
    let at = first + 4u * i;
    let values = vec4<f32>(source_value(at), source_value(at + 1u), source_value(at + 2u), source_value(at + 3u));
    weights[out + i] = pack4xI8Clamp(vec4<i32>(round(values * factor)));
  }
  return bits;
}
