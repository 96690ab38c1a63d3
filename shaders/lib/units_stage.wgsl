// Brings tiles of W (and, through "operand", of X) from global memory into registers, and from there into workgroup memory.
// Registers have names instead of indices: an array indexed by a loop that the compiler does not unroll lies in memory.
// import "lib/units_shape"
// import "operand"
// import "tile"

/// Rows of tiles in workgroup memory, in 8 halves. 16 bytes more than the data, so that 8 rows one below the other lie in
/// different banks.
const STRIDE8 = TILE_K / 8u + 1u;
const W_PER_ROW = TILE_K / WEIGHTS_PER_LOAD;
const W_TOTAL = TILE_ROWS * W_PER_ROW;
const W_LOADS = (W_TOTAL + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
const W_BUFFER = TILE_ROWS * STRIDE8;
var<workgroup> tile_w: array<vec4<u32>, BUFFERS * W_BUFFER>; // [BUFFERS][TILE_ROWS][STRIDE8], 8 halves each

var<private> w0: Packed;
var<private> w1: Packed;
var<private> w2: Packed;
var<private> w3: Packed;
var<private> w4: Packed;
var<private> w5: Packed;
var<private> w6: Packed;
var<private> w7: Packed;

/// Row and place in the row of the load number `unit` of a tile with `per_row` loads a row. Neighbouring invocations go
/// down 8 rows where a row is short: their stores then hit different banks, and global memory is read in the same sectors.
fn place_of(unit: u32, per_row: u32) -> vec2<u32> {
  if per_row >= 8u {
    return vec2<u32>(unit / per_row, unit % per_row);
  }
  return vec2<u32>(unit / (8u * per_row) * 8u + unit % 8u, unit / 8u % per_row);
}

fn fetch_w(segment: Segment, first_row: u32, k: u32, unit: u32) -> Packed {
  let place = place_of(min(unit, W_TOTAL - 1u), W_PER_ROW);
  // Rows past the end repeat the last, columns past the end the last load (X is zero there).
  let row = min(first_row + place.x, segment.rows - 1u);
  let column = min(k + place.y * WEIGHTS_PER_LOAD, segment.columns - WEIGHTS_PER_LOAD);
  return load_weights(segment, row, column);
}

fn stage_w(packed: Packed, buffer: u32, unit: u32) {
  if W_TOTAL % WORKGROUP_SIZE != 0u && unit >= W_TOTAL {
    return;
  }
  let place = place_of(unit, W_PER_ROW);
  let at = buffer * W_BUFFER + place.x * STRIDE8 + place.y * (WEIGHTS_PER_LOAD / 8u);
  tile_w[at] = eight_weights(packed, 0u);
  if WEIGHTS_PER_LOAD > 8u {
    tile_w[at + 1u] = eight_weights(packed, 1u);
  }
  if WEIGHTS_PER_LOAD > 16u {
    tile_w[at + 2u] = eight_weights(packed, 2u);
    tile_w[at + 3u] = eight_weights(packed, 3u);
  }
}

/// Starts loading the tiles of the columns from k on.
fn fetch(segment: Segment, first_token: u32, first_row: u32, k: u32, index: u32) {
  fetch_x(segment, first_token, k, index);
  w0 = fetch_w(segment, first_row, k, index);
  if W_LOADS > 1u { w1 = fetch_w(segment, first_row, k, index + WORKGROUP_SIZE); }
  if W_LOADS > 2u { w2 = fetch_w(segment, first_row, k, index + 2u * WORKGROUP_SIZE); }
  if W_LOADS > 3u { w3 = fetch_w(segment, first_row, k, index + 3u * WORKGROUP_SIZE); }
  if W_LOADS > 4u { w4 = fetch_w(segment, first_row, k, index + 4u * WORKGROUP_SIZE); }
  if W_LOADS > 5u { w5 = fetch_w(segment, first_row, k, index + 5u * WORKGROUP_SIZE); }
  if W_LOADS > 6u { w6 = fetch_w(segment, first_row, k, index + 6u * WORKGROUP_SIZE); }
  if W_LOADS > 7u { w7 = fetch_w(segment, first_row, k, index + 7u * WORKGROUP_SIZE); }
}

/// Writes what was fetched into workgroup memory, weights as f16.
fn stage(buffer: u32, index: u32) {
  stage_x(buffer, index);
  stage_w(w0, buffer, index);
  if W_LOADS > 1u { stage_w(w1, buffer, index + WORKGROUP_SIZE); }
  if W_LOADS > 2u { stage_w(w2, buffer, index + 2u * WORKGROUP_SIZE); }
  if W_LOADS > 3u { stage_w(w3, buffer, index + 3u * WORKGROUP_SIZE); }
  if W_LOADS > 4u { stage_w(w4, buffer, index + 4u * WORKGROUP_SIZE); }
  if W_LOADS > 5u { stage_w(w5, buffer, index + 5u * WORKGROUP_SIZE); }
  if W_LOADS > 6u { stage_w(w6, buffer, index + 6u * WORKGROUP_SIZE); }
  if W_LOADS > 7u { stage_w(w7, buffer, index + 7u * WORKGROUP_SIZE); }
}

/// 16 columns of 16 rows of W from `at` (in 8 halves: matrices are addressed in elements of the array) in workgroup memory.
fn right_matrix(at: u32) -> subgroup_matrix_right<f16, 16, 16> {
  return subgroupMatrixLoad<subgroup_matrix_right<f16, 16, 16>, col_major>(&tile_w, at, STRIDE8);
}
