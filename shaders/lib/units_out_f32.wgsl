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

/// `at` and `stride` in 4 f32, the elements of out; only where nothing is added.
fn write_matrix(at: u32, matrix: subgroup_matrix_result<f32, 16, 16>, stride: u32) {
  subgroupMatrixStore<row_major>(&out, at, matrix, stride);
}
