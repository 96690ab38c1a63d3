// The output of a kernel that feeds an f32 matrix product.
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;

/// Writes four neighbouring numbers; `at` counts groups of four.
fn store4(at: u32, value: vec4<f32>) {
  out[at] = value;
}
