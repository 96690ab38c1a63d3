// GGUF's Q8_0 for kernels whose quads share x: the four invocations of a quad hold the same four columns of x, each in an
// order of its own (column i ^ lane in component i, what quadSwap gives for one instruction), and read weights in that order.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns4], four int8 a word, lowest byte first
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // f16 pairs: [rows][blocks / 2, rounded up]

/// Factors that bring the byte of column i ^ lane to the top of its word: the order costs nothing beyond the unpacking.
/// Multiplied, not shifted: software adapters have no vector shift by different amounts.
fn column_order(lane: u32) -> vec4<u32> {
  return vec4<u32>(1u) << (vec4<u32>(24u) - 8u * (vec4<u32>(lane) ^ vec4<u32>(0u, 1u, 2u, 3u)));
}

/// Weights of the four columns of `column4` before scaling (int8 · 2^24), column i ^ lane in component i.
fn quad_weights(row: u32, column4: u32, columns4: u32, order: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(bitcast<vec4<i32>>((weights[row * columns4 + column4] * order) & vec4<u32>(0xff000000u)));
}

/// The factor shared by the 32 columns of `block`.
fn quad_scale(row: u32, block: u32, columns4: u32) -> f32 {
  let pair = unpack2x16float(weight_scales[row * ((columns4 / 8u + 1u) / 2u) + block / 2u]);
  return exp2(-24.0) * select(pair.x, pair.y, (block & 1u) != 0u);
}
