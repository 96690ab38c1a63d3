// X straight from global memory into matrices, without workgroup memory: the cache serves the subgroups that share rows.
// Columns must be a multiple of TILE_K.
enable f16;
enable chromium_experimental_subgroup_matrix;
// import "lib/units_shape"

fn fetch_x(segment: Segment, first_token: u32, k: u32, index: u32) {}

fn stage_x(buffer: u32, index: u32) {}

/// Where the subgroup's part of X lies for `left_matrix`, and the distance of two tokens; both in 8 halves.
fn left_at(segment: Segment, buffer: u32, first_token: u32, sub_token: u32, k: u32) -> u32 {
  return segment.x_offset + (first_token + sub_token) * segment.x_stride + k / 8u;
}

fn left_stride(segment: Segment) -> u32 {
  return segment.x_stride;
}

/// 16 columns of 16 tokens of X.
fn left_matrix(at: u32, stride: u32) -> subgroup_matrix_left<f16, 16, 16> {
  return subgroupMatrixLoad<subgroup_matrix_left<f16, 16, 16>, row_major>(&x, at, stride);
}
