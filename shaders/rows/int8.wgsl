// Rows of int8 as web-rwkv defines it, in pieces of 16 bytes: value = min + (max − min)·q / 255, blocks of 128 columns.
// A word of scales is a block's f16 min (low half) and max.

const PIECE_COLUMNS = 16u;
const PIECES_PER_SCALE = 8u;
const UNITS_PER_PIECE = 4u; // of the input, 16 bytes each

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  a: vec4<f32>,
  b: vec4<f32>,
  c: vec4<f32>,
  d: vec4<f32>,
  sum: f32,
}

fn input_piece(piece: u32) -> InputPiece {
  let a = input_unit(piece, 0u);
  let b = input_unit(piece, 1u);
  let c = input_unit(piece, 2u);
  let d = input_unit(piece, 3u);
  return InputPiece(a, b, c, d, dot(a + b + c + d, vec4<f32>(1.0)));
}

/// Bytes 0 and 2 of a word plus 1024: in f16 a byte below the exponent of 1024 counts ones, and there is an instruction that
/// widens a pair, which is four times as fast as one that converts integers.
fn even_bytes(word: u32) -> vec2<f32> {
  return unpack2x16float((word & 0x00ff00ffu) | 0x64006400u);
}

fn bytes_dot(word: u32, input: vec4<f32>) -> f32 {
  return dot(even_bytes(word), input.xz) + dot(even_bytes(word >> 8u), input.yw);
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let range = unpack2x16float(scale);
  let sum = bytes_dot(w.x, input.a) + bytes_dot(w.y, input.b) + bytes_dot(w.z, input.c) + bytes_dot(w.w, input.d) -
    1024.0 * input.sum;
  return range.x * input.sum + (range.y - range.x) * (1.0 / 255.0) * sum;
}
