// Results as f16, clamped to the largest that f16 has.
enable f16;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f16>>; // [tokens][out_stride]

fn write_four(at: u32, value: vec4<f32>) {
  out[at] = vec4<f16>(clamp(value, vec4<f32>(-65504.0), vec4<f32>(65504.0)));
}

/// Nothing is added to f16.
fn read_matrix(at: u32, stride: u32) -> subgroup_matrix_result<f32, 16, 16> {
  return subgroup_matrix_result<f32, 16, 16>();
}

/// A matrix of f32 cannot be stored as f16: DIRECT_STORE is off.
fn write_matrix(at: u32, matrix: subgroup_matrix_result<f32, 16, 16>, stride: u32) {}
