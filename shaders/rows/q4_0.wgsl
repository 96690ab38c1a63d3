// Rows of Q4_0 in pieces of 16 bytes: a block of 32 nibbles, value = scale · (nibble − 8); the scale is f16, apart.
// The input comes as int8 with one scale for the same 32 columns, so four products are one instruction.
// A word of scales is those of two blocks.

const PIECE_COLUMNS = 32u;
const PIECES_PER_SCALE = 2u;
const UNITS_PER_PIECE = 2u; // of the input, 16 bytes each

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  low: vec4<u32>, // columns 0 … 15, which meet the low nibbles
  high: vec4<u32>, // columns 16 … 31
  scale: f32,
  offset: i32, // −8 · the sum of the inputs
}

const ONES = 0x01010101u;
const LOW_NIBBLES = 0x0f0f0f0fu;

fn byte_sum(words: vec4<u32>) -> i32 {
  return dot4I8Packed(words.x, ONES) + dot4I8Packed(words.y, ONES) + dot4I8Packed(words.z, ONES) +
    dot4I8Packed(words.w, ONES);
}

fn input_piece(piece: u32) -> InputPiece {
  let low = input_bytes(piece, 0u);
  let high = input_bytes(piece, 1u);
  return InputPiece(low, high, input_scale(piece), -8 * (byte_sum(low) + byte_sum(high)));
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let pair = unpack2x16float(scale);
  let own_scale = select(pair.x, pair.y, (piece & 1u) != 0u);
  let low = w & vec4<u32>(LOW_NIBBLES);
  let high = (w >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  let sum = input.offset +
    dot4I8Packed(low.x, input.low.x) + dot4I8Packed(high.x, input.high.x) +
    dot4I8Packed(low.y, input.low.y) + dot4I8Packed(high.y, input.high.y) +
    dot4I8Packed(low.z, input.low.z) + dot4I8Packed(high.z, input.high.z) +
    dot4I8Packed(low.w, input.low.w) + dot4I8Packed(high.w, input.high.w);
  return own_scale * input.scale * f32(sum);
}
