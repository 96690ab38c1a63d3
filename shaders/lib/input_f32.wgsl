// One token's activations read from a buffer as f32.
@group(0) @binding(2) var<storage, read> input: array<vec4<f32>>; // [columns / 4]
@group(0) @binding(3) var<storage, read> input_scales: array<f32>; // unused: anything

/// Columns 4·quad …
fn input4(quad: u32) -> vec4<f32> {
  return input[quad];
}
