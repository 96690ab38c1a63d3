// Weights stored as f32, [rows][columns], columns padded to a multiple of 4 with zeros.
@group(0) @binding(0) var<storage, read> weights: array<vec4<f32>>; // [rows][columns4]
@group(0) @binding(1) var<storage, read> weight_scales: array<f32>; // unused: a single 0

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  return weights[row * columns4 + column4];
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return 1.0;
}
