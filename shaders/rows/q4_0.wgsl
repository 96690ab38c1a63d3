// Rows of Q4_0 in pieces of 16 bytes: a block of 32 nibbles, value = scale · (nibble − 8); the scale is f16, apart.
// The input comes as int8 with one scale for the same 32 columns, so four products are one instruction.
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][columns / 32]
@group(0) @binding(1) var<storage, read> scales: array<u32>; // f16 pairs: [rows][columns / 64]

const PIECE_COLUMNS = 32u;

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  low: vec4<u32>, // columns 0 … 15, which meet the low nibbles
  high: vec4<u32>, // columns 16 … 31
  scale: f32,
  offset: i32, // −8 · the sum of the inputs
}

fn input_piece(piece: u32) -> InputPiece {
  let low = input_i8(2u * piece);
  let high = input_i8(2u * piece + 1u);
  const ONES = 0x01010101u;
  var sum = 0;
  for (var i = 0u; i < 4u; i++) {
    sum += dot4I8Packed(low[i], ONES) + dot4I8Packed(high[i], ONES);
  }
  return InputPiece(low, high, input_scale(piece), -8 * sum);
}

fn piece_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let pair = unpack2x16float(scales[row * (COLUMNS / 64u) + piece / 2u]);
  let scale = select(pair.x, pair.y, (piece & 1u) != 0u);
  var sum = input.offset;
  for (var i = 0u; i < 4u; i++) {
    sum += dot4I8Packed(w[i] & 0x0f0f0f0fu, input.low[i]) + dot4I8Packed((w[i] >> 4u) & 0x0f0f0f0fu, input.high[i]);
  }
  return scale * input.scale * f32(sum);
}
