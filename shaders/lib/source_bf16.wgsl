// Weights as they come from a file: pairs of bf16.
@group(0) @binding(0) var<storage, read> source: array<u32>; // [rows][columns / 2]

fn source_value(i: u32) -> f32 {
  let pair = source[i / 2u];
  return bitcast<f32>(select(pair << 16u, pair & 0xffff0000u, (i & 1u) != 0u));
}
