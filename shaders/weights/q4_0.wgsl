// Weights stored as GGUF's Q4_0, quants apart from scales: value = scale of the block of 32 columns · (nibble − 8). Byte i
// of a block's 16 holds column i in its low and column i + 16 in its high nibble.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns / 8]
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // f16 pairs: [rows][blocks / 2, rounded up]

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  let word = weights[row * (columns4 / 2u) + column4 / 8u * 4u + column4 % 4u];
  return vec4<f32>(unpack4xU8((word >> (column4 & 4u)) & 0x0f0f0f0fu)) - 8.0;
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  let pair = unpack2x16float(weight_scales[row * ((columns4 / 8u + 1u) / 2u) + block / 2u]);
  return select(pair.x, pair.y, (block & 1u) != 0u);
}
