// Rows of f16 in pieces of 16 bytes: eight weights.
// Without scales.

const PIECE_COLUMNS = 8u;
const PIECES_PER_SCALE = 0u;
const UNITS_PER_PIECE = 2u; // of the input, 16 bytes each

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  low: vec4<f32>,
  high: vec4<f32>,
}

fn input_piece(piece: u32) -> InputPiece {
  return InputPiece(input_unit(piece, 0u), input_unit(piece, 1u));
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), input.low) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), input.high);
}
