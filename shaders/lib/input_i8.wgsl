// One token's activations read from a buffer as int8 with a scale for each 32, in the order of `piece_order.wgsl`.
@group(0) @binding(2) var<storage, read> input: array<vec4<u32>>; // [units of a piece][pieces], four bytes a word
@group(0) @binding(3) var<storage, read> input_scales: array<f32>; // [columns / 32]

/// The unit'th sixteen columns of a piece, as int8.
fn input_bytes(piece: u32, unit: u32) -> vec4<u32> {
  return input[unit * (COLUMNS / PIECE_COLUMNS) + piece];
}

/// The scale of columns 32·block …
fn input_scale(block: u32) -> f32 {
  return input_scales[block];
}
