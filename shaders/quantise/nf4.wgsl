// web-rwkv's NF4: two blocks of 64, absmax as f16, then the nearest of the sixteen values; of two as near the higher one.
// import "lib/nf4_table"
const WORD_COLUMNS = 128u;

fn quantise_word(first: u32, word: u32) -> u32 {
  return quantise_block(first, word * 16u) | (quantise_block(first + 64u, word * 16u + 8u) << 16u);
}

fn nearest(value: f32) -> u32 {
  var code = 0u;
  for (var i = 1u; i < 16u; i++) {
    if abs(value - NF4[i]) <= abs(value - NF4[code]) {
      code = i;
    }
  }
  return code;
}

/// The f16 bits of the block's largest magnitude; codes are for the f32 one, as web-rwkv has it.
fn quantise_block(first: u32, out: u32) -> u32 {
  let largest = largest_magnitude(first, 64u);
  let factor = inverse(largest);
  for (var i = 0u; i < 8u; i++) {
    var codes = 0u;
    for (var j = 0u; j < 8u; j++) {
      codes |= nearest(source_value(first + 8u * i + j) * factor) << (4u * j);
    }
    weights[out + i] = codes;
  }
  return pack2x16float(vec2<f32>(largest, 0.0));
}
