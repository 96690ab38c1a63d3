// Rows of int8 as web-rwkv defines it, in pieces of 16 bytes: value = min + (max − min)·q / 255, blocks of 128 columns.
// The input comes as int8 with one scale for 32 columns, so four products are one instruction: q is taken 128 lower, as a
// signed byte, and 128 times the input's sum is added back.
// A word of scales is a block's f16 min (low half) and max.

const PIECE_COLUMNS = 16u;
const PIECES_PER_SCALE = 8u;
const UNITS_PER_PIECE = 1u; // of the input, 16 bytes each

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  bytes: vec4<u32>,
  scale: f32,
  sum: f32,
}

const ONES = 0x01010101u;
const TOP_BITS = 0x80808080u;

fn bytes_dot(a: vec4<u32>, b: vec4<u32>) -> i32 {
  return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y) + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
}

fn input_piece(piece: u32) -> InputPiece {
  let bytes = input_bytes(piece, 0u);
  return InputPiece(bytes, input_scale(piece / 2u), f32(bytes_dot(bytes, vec4<u32>(ONES))));
}

/// The product of a piece with its input; `scale` is the word that holds the piece's scale.
fn piece_dot(w: vec4<u32>, scale: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let range = unpack2x16float(scale);
  let step = (range.y - range.x) * (1.0 / 255.0);
  let sum = f32(bytes_dot(w ^ vec4<u32>(TOP_BITS), input.bytes));
  return input.scale * ((range.x + 128.0 * step) * input.sum + step * sum);
}
