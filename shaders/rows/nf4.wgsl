// Rows of NF4 as web-rwkv defines it, in pieces of 16 bytes: 32 codes, half a block of 64; value = absmax · table[code].
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][columns / 32], lowest nibble first
@group(0) @binding(1) var<storage, read> scales: array<u32>; // f16 pairs: [rows][columns / 128]

// import "lib/nf4_values"

const PIECE_COLUMNS = 32u;

struct InputPiece {
  parts: array<vec4<f32>, 8>,
}

fn input_piece(piece: u32) -> InputPiece {
  var parts: array<vec4<f32>, 8>;
  for (var i = 0u; i < 8u; i++) {
    parts[i] = input4(8u * piece + i);
  }
  return InputPiece(parts);
}

fn piece_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  let pair = unpack2x16float(scales[row * (COLUMNS / 128u) + piece / 4u]);
  let absmax = select(pair.x, pair.y, (piece & 2u) != 0u);
  var sum = 0.0;
  for (var i = 0u; i < 4u; i++) {
    sum += dot(nf4_values(w[i], lane), input.parts[2u * i]) + dot(nf4_values(w[i] >> 16u, lane), input.parts[2u * i + 1u]);
  }
  return absmax * sum;
}
