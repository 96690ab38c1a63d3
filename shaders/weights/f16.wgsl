// Weights stored as f16 pairs in u32 (read by unpack2x16float, so shader-f16 is not needed), [rows][columns], columns
// padded to a multiple of 4 with zeros.
@group(0) @binding(0) var<storage, read> weights: array<vec2<u32>>; // [rows][columns4]
@group(0) @binding(1) var<storage, read> weight_scales: array<f32>; // unused: a single 0

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  let packed = weights[row * columns4 + column4];
  return vec4<f32>(unpack2x16float(packed.x), unpack2x16float(packed.y));
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return 1.0;
}
