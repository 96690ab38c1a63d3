// Weights as they come from a file: pairs of f16.
@group(0) @binding(0) var<storage, read> source: array<u32>; // [rows][columns / 2]

fn source_value(i: u32) -> f32 {
  let pair = unpack2x16float(source[i / 2u]);
  return select(pair.x, pair.y, (i & 1u) != 0u);
}
