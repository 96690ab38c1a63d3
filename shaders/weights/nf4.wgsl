// Weights stored as web-rwkv's NF4, scales apart: value = absmax of the block of 64 columns · table[code].
// import "lib/nf4_table"
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns / 8], lowest nibble first
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // f16 pairs: [rows][blocks / 2, rounded up]

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  let codes = weights[row * (columns4 / 2u) + column4 / 2u] >> (16u * (column4 & 1u));
  return vec4<f32>(NF4[codes & 15u], NF4[(codes >> 4u) & 15u], NF4[(codes >> 8u) & 15u], NF4[(codes >> 12u) & 15u]);
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  let pair = unpack2x16float(weight_scales[row * ((columns4 / 16u + 1u) / 2u) + block / 4u]);
  return select(pair.x, pair.y, (block & 2u) != 0u);
}
