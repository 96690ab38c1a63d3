// web-rwkv's int8: a block of 128, its range as f16 (min, max), then round(255 · (value − min) / (max − min)).
const WORD_COLUMNS = 128u;

fn quantise_word(first: u32, word: u32) -> u32 {
  var low = source_value(first);
  var high = low;
  for (var i = 1u; i < WORD_COLUMNS; i++) {
    low = min(low, source_value(first + i));
    high = max(high, source_value(first + i));
  }
  // Codes are for the range as it is stored.
  let bits = pack2x16float(vec2<f32>(low, high));
  let range = unpack2x16float(bits);
  let factor = 255.0 * inverse(range.y - range.x);
  for (var i = 0u; i < 32u; i++) {
    let at = first + 4u * i;
    let values = vec4<f32>(source_value(at), source_value(at + 1u), source_value(at + 2u), source_value(at + 3u));
    weights[word * 32u + i] = pack4xU8Clamp(vec4<u32>(round(clamp((values - range.x) * factor, vec4<f32>(0.0), vec4<f32>(255.0)))));
  }
  return bits;
}
