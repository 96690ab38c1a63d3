// A subgroup's accumulators, up to 4 × 4 matrices, each with a name: no array, so nothing can push them out of registers.
// import "lib/units_shape"
// import "lib/units_stage"
// import "out"

struct Sums {
  m00: subgroup_matrix_result<f32, 16, 16>,
  m01: subgroup_matrix_result<f32, 16, 16>,
  m02: subgroup_matrix_result<f32, 16, 16>,
  m03: subgroup_matrix_result<f32, 16, 16>,
  m10: subgroup_matrix_result<f32, 16, 16>,
  m11: subgroup_matrix_result<f32, 16, 16>,
  m12: subgroup_matrix_result<f32, 16, 16>,
  m13: subgroup_matrix_result<f32, 16, 16>,
  m20: subgroup_matrix_result<f32, 16, 16>,
  m21: subgroup_matrix_result<f32, 16, 16>,
  m22: subgroup_matrix_result<f32, 16, 16>,
  m23: subgroup_matrix_result<f32, 16, 16>,
  m30: subgroup_matrix_result<f32, 16, 16>,
  m31: subgroup_matrix_result<f32, 16, 16>,
  m32: subgroup_matrix_result<f32, 16, 16>,
  m33: subgroup_matrix_result<f32, 16, 16>,
}

/// The products of 16 columns: `left` and `right` say where they begin.
fn multiply_step(sums: ptr<function, Sums>, left: u32, stride: u32, right: u32) {
  let row = 16u * stride;
  let b0 = right_matrix(right);
  var b1: subgroup_matrix_right<f16, 16, 16>;
  var b2: subgroup_matrix_right<f16, 16, 16>;
  var b3: subgroup_matrix_right<f16, 16, 16>;
  if SUB_N > 1u { b1 = right_matrix(right + 16u * STRIDE8); }
  if SUB_N > 2u { b2 = right_matrix(right + 32u * STRIDE8); }
  if SUB_N > 3u { b3 = right_matrix(right + 48u * STRIDE8); }
  let a0 = left_matrix(left, stride);
  (*sums).m00 = subgroupMatrixMultiplyAccumulate(a0, b0, (*sums).m00);
  if SUB_N > 1u { (*sums).m01 = subgroupMatrixMultiplyAccumulate(a0, b1, (*sums).m01); }
  if SUB_N > 2u { (*sums).m02 = subgroupMatrixMultiplyAccumulate(a0, b2, (*sums).m02); }
  if SUB_N > 3u { (*sums).m03 = subgroupMatrixMultiplyAccumulate(a0, b3, (*sums).m03); }
  if SUB_M > 1u {
    let a1 = left_matrix(left + row, stride);
    (*sums).m10 = subgroupMatrixMultiplyAccumulate(a1, b0, (*sums).m10);
    if SUB_N > 1u { (*sums).m11 = subgroupMatrixMultiplyAccumulate(a1, b1, (*sums).m11); }
    if SUB_N > 2u { (*sums).m12 = subgroupMatrixMultiplyAccumulate(a1, b2, (*sums).m12); }
    if SUB_N > 3u { (*sums).m13 = subgroupMatrixMultiplyAccumulate(a1, b3, (*sums).m13); }
  }
  if SUB_M > 2u {
    let a2 = left_matrix(left + 2u * row, stride);
    (*sums).m20 = subgroupMatrixMultiplyAccumulate(a2, b0, (*sums).m20);
    if SUB_N > 1u { (*sums).m21 = subgroupMatrixMultiplyAccumulate(a2, b1, (*sums).m21); }
    if SUB_N > 2u { (*sums).m22 = subgroupMatrixMultiplyAccumulate(a2, b2, (*sums).m22); }
    if SUB_N > 3u { (*sums).m23 = subgroupMatrixMultiplyAccumulate(a2, b3, (*sums).m23); }
  }
  if SUB_M > 3u {
    let a3 = left_matrix(left + 3u * row, stride);
    (*sums).m30 = subgroupMatrixMultiplyAccumulate(a3, b0, (*sums).m30);
    if SUB_N > 1u { (*sums).m31 = subgroupMatrixMultiplyAccumulate(a3, b1, (*sums).m31); }
    if SUB_N > 2u { (*sums).m32 = subgroupMatrixMultiplyAccumulate(a3, b2, (*sums).m32); }
    if SUB_N > 3u { (*sums).m33 = subgroupMatrixMultiplyAccumulate(a3, b3, (*sums).m33); }
  }
}

/// Multiplies the tiles of X and W that lie in workgroup memory, the columns in order.
fn multiply_tile(sums: ptr<function, Sums>, segment: Segment, buffer: u32, first_token: u32, sub_token: u32, sub_row: u32, k: u32) {
  let left = left_at(segment, buffer, first_token, sub_token, k);
  let stride = left_stride(segment);
  let right = buffer * W_BUFFER + sub_row * STRIDE8;
  for (var step = 0u; step < TILE_K / 8u; step += 2u) {
    multiply_step(sums, left + step, stride, right + step);
  }
}

/// Sums begin with what lies in out.
fn begin_with_out(sums: ptr<function, Sums>, at: u32, stride: u32) {
  (*sums).m00 = read_matrix(at, stride);
  if SUB_M > 0u && SUB_N > 1u { (*sums).m01 = read_matrix(at + 0u * stride + 4u, stride); }
  if SUB_M > 0u && SUB_N > 2u { (*sums).m02 = read_matrix(at + 0u * stride + 8u, stride); }
  if SUB_M > 0u && SUB_N > 3u { (*sums).m03 = read_matrix(at + 0u * stride + 12u, stride); }
  if SUB_M > 1u && SUB_N > 0u { (*sums).m10 = read_matrix(at + 16u * stride + 0u, stride); }
  if SUB_M > 1u && SUB_N > 1u { (*sums).m11 = read_matrix(at + 16u * stride + 4u, stride); }
  if SUB_M > 1u && SUB_N > 2u { (*sums).m12 = read_matrix(at + 16u * stride + 8u, stride); }
  if SUB_M > 1u && SUB_N > 3u { (*sums).m13 = read_matrix(at + 16u * stride + 12u, stride); }
  if SUB_M > 2u && SUB_N > 0u { (*sums).m20 = read_matrix(at + 32u * stride + 0u, stride); }
  if SUB_M > 2u && SUB_N > 1u { (*sums).m21 = read_matrix(at + 32u * stride + 4u, stride); }
  if SUB_M > 2u && SUB_N > 2u { (*sums).m22 = read_matrix(at + 32u * stride + 8u, stride); }
  if SUB_M > 2u && SUB_N > 3u { (*sums).m23 = read_matrix(at + 32u * stride + 12u, stride); }
  if SUB_M > 3u && SUB_N > 0u { (*sums).m30 = read_matrix(at + 48u * stride + 0u, stride); }
  if SUB_M > 3u && SUB_N > 1u { (*sums).m31 = read_matrix(at + 48u * stride + 4u, stride); }
  if SUB_M > 3u && SUB_N > 2u { (*sums).m32 = read_matrix(at + 48u * stride + 8u, stride); }
  if SUB_M > 3u && SUB_N > 3u { (*sums).m33 = read_matrix(at + 48u * stride + 12u, stride); }
}

/// Stores the matrix of tokens i and rows j into workgroup memory.
fn store_to_patch(sums: ptr<function, Sums>, i: u32, j: u32, at: u32) {
  switch i * 4u + j {
    case 0u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m00, PATCH_STRIDE4); }
    case 1u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m01, PATCH_STRIDE4); }
    case 2u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m02, PATCH_STRIDE4); }
    case 3u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m03, PATCH_STRIDE4); }
    case 4u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m10, PATCH_STRIDE4); }
    case 5u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m11, PATCH_STRIDE4); }
    case 6u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m12, PATCH_STRIDE4); }
    case 7u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m13, PATCH_STRIDE4); }
    case 8u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m20, PATCH_STRIDE4); }
    case 9u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m21, PATCH_STRIDE4); }
    case 10u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m22, PATCH_STRIDE4); }
    case 11u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m23, PATCH_STRIDE4); }
    case 12u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m30, PATCH_STRIDE4); }
    case 13u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m31, PATCH_STRIDE4); }
    case 14u: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m32, PATCH_STRIDE4); }
    default: { subgroupMatrixStore<row_major>(&patches, at, (*sums).m33, PATCH_STRIDE4); }
  }
}

/// Stores the matrix of tokens i and rows j into out.
fn store_to_out(sums: ptr<function, Sums>, i: u32, j: u32, at: u32, stride: u32) {
  switch i * 4u + j {
    case 0u: { write_matrix(at, (*sums).m00, stride); }
    case 1u: { write_matrix(at, (*sums).m01, stride); }
    case 2u: { write_matrix(at, (*sums).m02, stride); }
    case 3u: { write_matrix(at, (*sums).m03, stride); }
    case 4u: { write_matrix(at, (*sums).m10, stride); }
    case 5u: { write_matrix(at, (*sums).m11, stride); }
    case 6u: { write_matrix(at, (*sums).m12, stride); }
    case 7u: { write_matrix(at, (*sums).m13, stride); }
    case 8u: { write_matrix(at, (*sums).m20, stride); }
    case 9u: { write_matrix(at, (*sums).m21, stride); }
    case 10u: { write_matrix(at, (*sums).m22, stride); }
    case 11u: { write_matrix(at, (*sums).m23, stride); }
    case 12u: { write_matrix(at, (*sums).m30, stride); }
    case 13u: { write_matrix(at, (*sums).m31, stride); }
    case 14u: { write_matrix(at, (*sums).m32, stride); }
    default: { write_matrix(at, (*sums).m33, stride); }
  }
}
