// A subgroup's accumulators as an array, in loops: right only where the compiler unrolls them; kept to compare.
// import "lib/units_shape"
// import "lib/units_stage"
// import "out"
alias Sums = array<subgroup_matrix_result<f32, 16, 16>, SUB_M * SUB_N>;

/// Multiplies the tiles of X and W that lie in workgroup memory, the columns in order.
fn multiply_tile(sums: ptr<function, Sums>, segment: Segment, buffer: u32, first_token: u32, sub_token: u32, sub_row: u32, k: u32) {
  let left = left_at(segment, buffer, first_token, sub_token, k);
  let stride = left_stride(segment);
  let right = buffer * W_BUFFER + sub_row * STRIDE8;
  for (var step = 0u; step < TILE_K / 8u; step += 2u) {
    var b: array<subgroup_matrix_right<f16, 16, 16>, SUB_N>;
    for (var j = 0u; j < SUB_N; j++) {
      b[j] = right_matrix(right + step + j * 16u * STRIDE8);
    }
    for (var i = 0u; i < SUB_M; i++) {
      let a = left_matrix(left + step + i * 16u * stride, stride);
      for (var j = 0u; j < SUB_N; j++) {
        (*sums)[i * SUB_N + j] = subgroupMatrixMultiplyAccumulate(a, b[j], (*sums)[i * SUB_N + j]);
      }
    }
  }
}

/// Sums begin with what lies in out.
fn begin_with_out(sums: ptr<function, Sums>, at: u32, stride: u32) {
  for (var i = 0u; i < SUB_M; i++) {
    for (var j = 0u; j < SUB_N; j++) {
      (*sums)[i * SUB_N + j] = read_matrix(at + 16u * i * stride + 4u * j, stride);
    }
  }
}

/// Stores the matrix of tokens i and rows j into workgroup memory.
fn store_to_patch(sums: ptr<function, Sums>, i: u32, j: u32, at: u32) {
  subgroupMatrixStore<row_major>(&patches, at, (*sums)[i * SUB_N + j], PATCH_STRIDE4);
}

/// Stores the matrix of tokens i and rows j into out.
fn store_to_out(sums: ptr<function, Sums>, i: u32, j: u32, at: u32, stride: u32) {
  write_matrix(at, (*sums)[i * SUB_N + j], stride);
}
