// Weights as they come from a file: f32.
@group(0) @binding(0) var<storage, read> source: array<f32>; // [rows][columns]

fn source_value(i: u32) -> f32 {
  return source[i];
}
