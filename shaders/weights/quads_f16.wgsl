// f16 weights (pairs in u32) for kernels whose quads share x: see quads_q8_0.wgsl. [rows][columns], columns padded to a
// multiple of 4.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns4 · 2]
@group(0) @binding(1) var<storage, read> weight_scales: array<f32>; // unused: a single 0

/// The words to read first and second, and 1 where the halves of each are to be swapped.
fn column_order(lane: u32) -> vec4<u32> {
  return vec4<u32>(lane >> 1u, (lane >> 1u) ^ 1u, lane & 1u, 0u);
}

/// Weights of the four columns of `column4` before scaling, column i ^ lane in component i.
fn quad_weights(row: u32, column4: u32, columns4: u32, order: vec4<u32>) -> vec4<f32> {
  let at = 2u * (row * columns4 + column4);
  let pairs = vec4<f32>(unpack2x16float(weights[at + order.x]), unpack2x16float(weights[at + order.y]));
  return select(pairs, pairs.yxwz, order.z == 1u);
}

/// The factor shared by the 32 columns of `block`.
fn quad_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return 1.0;
}
