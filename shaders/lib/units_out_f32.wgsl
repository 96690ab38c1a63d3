// Results as f32.
enable f16;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>; // [tokens][out_stride]

fn write_four(at: u32, value: vec4<f32>) {
  if ADDS {
    out[at] += value;
  } else {
    out[at] = value;
  }
}

/// What lies in out; `at` and `stride` in 4 f32, its elements.
fn read_matrix(at: u32, stride: u32) -> subgroup_matrix_result<f32, 16, 16> {
  return subgroupMatrixLoad<subgroup_matrix_result<f32, 16, 16>, row_major>(&out, at, stride);
}

/// Overwrites, whatever ADDS says.
fn write_matrix(at: u32, matrix: subgroup_matrix_result<f32, 16, 16>, stride: u32) {
  subgroupMatrixStore<row_major>(&out, at, matrix, stride);
}
