// One token's activations read from a buffer as f32, in the order of `piece_order.wgsl`.
@group(0) @binding(2) var<storage, read> input: array<vec4<f32>>; // [units of a piece][pieces]
@group(0) @binding(3) var<storage, read> input_scales: array<f32>; // unused: anything

/// The unit'th four columns of a piece.
fn input_unit(piece: u32, unit: u32) -> vec4<f32> {
  return input[unit * (COLUMNS / PIECE_COLUMNS) + piece];
}
