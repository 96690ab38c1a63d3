// Rows of Q8_0 in pieces of 16 bytes: sixteen int8, half a block; the block's scale is f16, apart.
// A word of scales is those of two blocks.

const PIECE_COLUMNS = 16u;
const PIECES_PER_SCALE = 4u;
const UNITS_PER_PIECE = 4u; // of the input, 16 bytes each

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  a: vec4<f32>,
  b: vec4<f32>,
  c: vec4<f32>,
  d: vec4<f32>,
}

fn input_piece(piece: u32) -> InputPiece {
  return InputPiece(input_unit(piece, 0u), input_unit(piece, 1u), input_unit(piece, 2u), input_unit(piece, 3u));
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let pair = unpack2x16float(scale);
  let own_scale = select(pair.x, pair.y, (piece & 2u) != 0u);
  let sum = dot(vec4<f32>(unpack4xI8(w.x)), input.a) + dot(vec4<f32>(unpack4xI8(w.y)), input.b) +
    dot(vec4<f32>(unpack4xI8(w.z)), input.c) + dot(vec4<f32>(unpack4xI8(w.w)), input.d);
  return own_scale * sum;
}
