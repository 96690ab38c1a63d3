// Weights as they come from a file: GGUF's Q8_0, blocks { f16 scale, 32 int8 }.
@group(0) @binding(0) var<storage, read> source: array<u32>; // [pairs of blocks][17]

fn source_value(i: u32) -> f32 {
  let block = 34u * (i / 32u); // in bytes, as is the next
  let at = block + 2u + (i & 31u);
  let scale = unpack2x16float(source[block / 4u] >> (8u * (block & 2u))).x;
  return scale * f32(extractBits(bitcast<i32>(source[at / 4u]), 8u * (at & 3u), 8u));
}
