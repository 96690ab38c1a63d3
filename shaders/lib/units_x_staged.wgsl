// X by way of workgroup memory, like W.
enable f16;
enable chromium_experimental_subgroup_matrix;
// import "lib/units_shape"

const X_PER_ROW = TILE_K / 8u;
const X_TOTAL = TILE_TOKENS * X_PER_ROW;
const X_LOADS = (X_TOTAL + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
const X_BUFFER = TILE_TOKENS * STRIDE8;
var<workgroup> tile_x: array<vec4<u32>, BUFFERS * X_BUFFER>; // [BUFFERS][TILE_TOKENS][STRIDE8], 8 halves each

var<private> x0: vec4<u32>;
var<private> x1: vec4<u32>;
var<private> x2: vec4<u32>;
var<private> x3: vec4<u32>;
var<private> x4: vec4<u32>;
var<private> x5: vec4<u32>;
var<private> x6: vec4<u32>;
var<private> x7: vec4<u32>;

fn fetch_x_unit(segment: Segment, first_token: u32, k: u32, unit: u32) -> vec4<u32> {
  let place = place_of(min(unit, X_TOTAL - 1u), X_PER_ROW);
  let row_at = segment.x_offset + (first_token + place.x) * segment.x_stride;
  let column8 = k / 8u + place.y;
  if TILE_K <= 32u {
    return x[row_at + column8];
  }
  // Columns are a multiple of 32: of a longer tile a part may lie past their end.
  let value = x[row_at + min(column8, segment.columns / 8u - 1u)];
  return select(vec4<u32>(), value, column8 * 8u < segment.columns);
}

fn stage_x_unit(value: vec4<u32>, buffer: u32, unit: u32) {
  if X_TOTAL % WORKGROUP_SIZE != 0u && unit >= X_TOTAL {
    return;
  }
  let place = place_of(unit, X_PER_ROW);
  tile_x[buffer * X_BUFFER + place.x * STRIDE8 + place.y] = value;
}

fn fetch_x(segment: Segment, first_token: u32, k: u32, index: u32) {
  x0 = fetch_x_unit(segment, first_token, k, index);
  if X_LOADS > 1u { x1 = fetch_x_unit(segment, first_token, k, index + WORKGROUP_SIZE); }
  if X_LOADS > 2u { x2 = fetch_x_unit(segment, first_token, k, index + 2u * WORKGROUP_SIZE); }
  if X_LOADS > 3u { x3 = fetch_x_unit(segment, first_token, k, index + 3u * WORKGROUP_SIZE); }
  if X_LOADS > 4u { x4 = fetch_x_unit(segment, first_token, k, index + 4u * WORKGROUP_SIZE); }
  if X_LOADS > 5u { x5 = fetch_x_unit(segment, first_token, k, index + 5u * WORKGROUP_SIZE); }
  if X_LOADS > 6u { x6 = fetch_x_unit(segment, first_token, k, index + 6u * WORKGROUP_SIZE); }
  if X_LOADS > 7u { x7 = fetch_x_unit(segment, first_token, k, index + 7u * WORKGROUP_SIZE); }
}

fn stage_x(buffer: u32, index: u32) {
  stage_x_unit(x0, buffer, index);
  if X_LOADS > 1u { stage_x_unit(x1, buffer, index + WORKGROUP_SIZE); }
  if X_LOADS > 2u { stage_x_unit(x2, buffer, index + 2u * WORKGROUP_SIZE); }
  if X_LOADS > 3u { stage_x_unit(x3, buffer, index + 3u * WORKGROUP_SIZE); }
  if X_LOADS > 4u { stage_x_unit(x4, buffer, index + 4u * WORKGROUP_SIZE); }
  if X_LOADS > 5u { stage_x_unit(x5, buffer, index + 5u * WORKGROUP_SIZE); }
  if X_LOADS > 6u { stage_x_unit(x6, buffer, index + 6u * WORKGROUP_SIZE); }
  if X_LOADS > 7u { stage_x_unit(x7, buffer, index + 7u * WORKGROUP_SIZE); }
}

/// Where the subgroup's part of X lies for `left_matrix`, and the distance of two tokens; both in 8 halves.
fn left_at(segment: Segment, buffer: u32, first_token: u32, sub_token: u32, k: u32) -> u32 {
  return buffer * X_BUFFER + sub_token * STRIDE8;
}

fn left_stride(segment: Segment) -> u32 {
  return STRIDE8;
}

/// 16 columns of 16 tokens of X.
fn left_matrix(at: u32, stride: u32) -> subgroup_matrix_left<f16, 16, 16> {
  return subgroupMatrixLoad<subgroup_matrix_left<f16, 16, 16>, row_major>(&tile_x, at, STRIDE8);
}
