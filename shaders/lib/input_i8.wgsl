// One token's activations read from a buffer as int8 with a scale for each 32.
@group(0) @binding(2) var<storage, read> input: array<vec4<u32>>; // [columns / 16], four bytes a word
@group(0) @binding(3) var<storage, read> input_scales: array<f32>; // [columns / 32]

/// Columns 16·group … as int8.
fn input_i8(group: u32) -> vec4<u32> {
  return input[group];
}

/// The scale of columns 32·block …
fn input_scale(block: u32) -> f32 {
  return input_scales[block];
}
