// Rows of int8 as web-rwkv defines it, in pieces of 16 bytes: value = min + (max − min)·q / 255, blocks of 128 columns.
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][columns / 16], unsigned bytes
@group(0) @binding(1) var<storage, read> scales: array<u32>; // [rows][columns / 128]: f16 min (low half) and max

const PIECE_COLUMNS = 16u;
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

fn piece_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let range = unpack2x16float(scales[row * (COLUMNS / 128u) + piece / 8u]);
  let sum = dot(vec4<f32>(unpack4xU8(w.x)), input.a) + dot(vec4<f32>(unpack4xU8(w.y)), input.b) +
    dot(vec4<f32>(unpack4xU8(w.z)), input.c) + dot(vec4<f32>(unpack4xU8(w.w)), input.d);
  return range.x * input.sum + (range.y - range.x) * (1.0 / 255.0) * sum;
}
