// f32 weights for kernels whose quads share x: see quads_q8_0.wgsl. [rows][columns], columns padded to a multiple of 4.
@group(0) @binding(0) var<storage, read> weights: array<f32>; // [rows][columns4 · 4]
@group(0) @binding(1) var<storage, read> weight_scales: array<f32>; // unused: a single 0

/// What an invocation needs to know to read four columns in its own order; `lane` is its place in its quad, 0…3.
fn column_order(lane: u32) -> vec4<u32> {
  return vec4<u32>(lane) ^ vec4<u32>(0u, 1u, 2u, 3u);
}

/// Weights of the four columns of `column4` before scaling, column i ^ lane in component i.
fn quad_weights(row: u32, column4: u32, columns4: u32, order: vec4<u32>) -> vec4<f32> {
  let at = vec4<u32>(4u * (row * columns4 + column4)) + order;
  return vec4<f32>(weights[at.x], weights[at.y], weights[at.z], weights[at.w]);
}

/// The factor shared by the 32 columns of `block`.
fn quad_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return 1.0;
}
