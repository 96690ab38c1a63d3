// out = epilogue(X·Wᵀ) for many tokens on matrix units (subgroup matrices 16 × 16 × 16, f16 in, f32 out).
// A workgroup computes TILE_TOKENS × TILE_ROWS outputs, each of its subgroups SUB_TOKENS × SUB_ROWS of them in registers.
// Tiles of X and W go through workgroup memory; the next pair is on its way from global memory while this one is
// multiplied. Every output is summed over the columns strictly in order, 16 by 16, whatever the tile sizes: a token's
// result depends neither on the chunk nor on its place in it.
// Link-time constants: TILE_TOKENS, TILE_ROWS, TILE_K (16, 32 or 64), SUB_TOKENS, SUB_ROWS (≤ 64), BUFFERS (1 or 2 tiles in
// workgroup memory), PATCH_MATRICES, PATCH_PAD, BAND, DIRECT_STORE, ADDS.
// Columns are a multiple of 32; rows, strides and offsets of out a multiple of 4; subgroups have 32 invocations.
// X and out have rows up to a multiple of TILE_TOKENS: those past the run's tokens are read, and may be written.
// import "lib/units_shape"
// import "lib/units_stage"
// import "block"
// import "lib/units_finish"

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32, @builtin(subgroup_id) subgroup: u32,
        @builtin(subgroup_invocation_id) lane: u32) {
  let tile = tile_of(group, groups);
  let segment = shape.segments[segment_of(tile.y)];
  let first_token = tile.x * TILE_TOKENS;
  let first_row = (tile.y - segment.first_tile) * TILE_ROWS;
  let sub_token = subgroup / SUBGROUPS_ACROSS * SUB_TOKENS;
  let sub_row = subgroup % SUBGROUPS_ACROSS * SUB_ROWS;
  let last_k = (segment.columns - 1u) / TILE_K * TILE_K;

  var sums: Sums;
  if ADDS && is_direct(segment, first_row) {
    begin_with_out(&sums, out_at(segment, first_token, first_row, sub_token, sub_row), segment.out_stride);
  }
  prepare_weights(index);
  fetch(segment, first_token, first_row, 0u, index);
  // The last tile is fetched once more instead of nothing: a branch there would cost more than the load.
  if BUFFERS == 2u {
    stage(0u, index);
    workgroupBarrier();
    var buffer = 0u;
    for (var k = 0u; k <= last_k; k += TILE_K) {
      fetch(segment, first_token, first_row, min(k + TILE_K, last_k), index);
      multiply_tile(&sums, segment, buffer, first_token, sub_token, sub_row, k);
      stage(1u - buffer, index);
      workgroupBarrier();
      buffer = 1u - buffer;
    }
  } else {
    for (var k = 0u; k <= last_k; k += TILE_K) {
      stage(0u, index);
      workgroupBarrier();
      fetch(segment, first_token, first_row, min(k + TILE_K, last_k), index);
      multiply_tile(&sums, segment, 0u, first_token, sub_token, sub_row, k);
      workgroupBarrier();
    }
  }
  finish(&sums, segment, first_token, first_row, sub_token, sub_row, subgroup, lane);
}
