// Weights stored as GGUF's Q8_0, quants apart from scales: value = scale of the block of 32 columns · int8.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns4], four int8 a word, lowest byte first
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // f16 pairs: [rows][blocks / 2, rounded up]

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  return vec4<f32>(unpack4xI8(weights[row * columns4 + column4]));
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  let pair = unpack2x16float(weight_scales[row * ((columns4 / 8u + 1u) / 2u) + block / 2u]);
  return select(pair.x, pair.y, (block & 1u) != 0u);
}
