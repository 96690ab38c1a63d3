// Rows of int8 as web-rwkv defines it, in pieces of 16 bytes: value = min + (max − min)·q / 255, blocks of 128 columns.
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][columns / 16], unsigned bytes
@group(0) @binding(1) var<storage, read> scales: array<u32>; // [rows][columns / 128]: f16 min (low half) and max

const PIECE_COLUMNS = 16u;

/// Nothing to prepare for this format.
fn prepare_rows(index: u32) {}

struct InputPiece {
  parts: array<vec4<f32>, 4>,
  sum: f32,
}

fn input_piece(piece: u32) -> InputPiece {
  let at = 4u * piece;
  let parts = array(input4(at), input4(at + 1u), input4(at + 2u), input4(at + 3u));
  return InputPiece(parts, dot(parts[0] + parts[1] + parts[2] + parts[3], vec4<f32>(1.0)));
}

fn piece_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let range = unpack2x16float(scales[row * (COLUMNS / 128u) + piece / 8u]);
  let sum = dot(vec4<f32>(unpack4xU8(w.x)), input.parts[0]) + dot(vec4<f32>(unpack4xU8(w.y)), input.parts[1]) +
    dot(vec4<f32>(unpack4xU8(w.z)), input.parts[2]) + dot(vec4<f32>(unpack4xU8(w.w)), input.parts[3]);
  return range.x * input.sum + (range.y - range.x) * (1.0 / 255.0) * sum;
}
