// Weights stored as GGUF's Q8_0, quants apart from scales: value = scale of the block of 32 columns · int8.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns4], four int8 a word, lowest byte first
@group(0) @binding(1) var<storage, read> weight_scales: array<f32>; // [rows][columns / 32]

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  return vec4<f32>(unpack4xI8(weights[row * columns4 + column4]));
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return weight_scales[row * (columns4 / 8u) + block];
}
