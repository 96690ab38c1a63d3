// Rows of NF4 as web-rwkv defines it, in pieces of 16 bytes: 32 codes, half a block of 64; value = absmax · table[code].
// Lowest nibble first; a word of scales is the f16 absmax of two blocks.
// import "lib/nf4_values"

const PIECE_COLUMNS = 32u;
const PIECES_PER_SCALE = 4u;
const UNITS_PER_PIECE = 8u; // of the input, 16 bytes each

struct InputPiece {
  a: vec4<f32>,
  b: vec4<f32>,
  c: vec4<f32>,
  d: vec4<f32>,
  e: vec4<f32>,
  f: vec4<f32>,
  g: vec4<f32>,
  h: vec4<f32>,
}

fn input_piece(piece: u32) -> InputPiece {
  return InputPiece(
    input_unit(piece, 0u), input_unit(piece, 1u), input_unit(piece, 2u), input_unit(piece, 3u),
    input_unit(piece, 4u), input_unit(piece, 5u), input_unit(piece, 6u), input_unit(piece, 7u),
  );
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let pair = unpack2x16float(scale);
  let absmax = select(pair.x, pair.y, (piece & 2u) != 0u);
  let sum = dot(nf4_values(w.x, lane), input.a) + dot(nf4_values(w.x >> 16u, lane), input.b) +
    dot(nf4_values(w.y, lane), input.c) + dot(nf4_values(w.y >> 16u, lane), input.d) +
    dot(nf4_values(w.z, lane), input.e) + dot(nf4_values(w.z >> 16u, lane), input.f) +
    dot(nf4_values(w.w, lane), input.g) + dot(nf4_values(w.w >> 16u, lane), input.h);
  return absmax * sum;
}
