// Rows of f16 in pieces of 16 bytes: eight weights.
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][columns / 8]
@group(0) @binding(1) var<storage, read> scales: array<u32>; // unused: a single 0

const PIECE_COLUMNS = 8u;
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

fn piece_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), input.low) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), input.high);
}
