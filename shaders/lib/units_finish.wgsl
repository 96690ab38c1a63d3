// What follows the sum: bias, activation, and the way into out. Matrices have no elements to work on, so they pass through
// a patch of workgroup memory for each subgroup, unless there is nothing to do to them.
// import "lib/units_shape"
// import "lib/activations"
// import "block"
// import "out"

const PATCH_STRIDE4 = 4u * PATCH_MATRICES + PATCH_PAD / 4u; // between tokens, in 4 f32
const PATCH_SIZE4 = 16u * PATCH_STRIDE4;
var<workgroup> patches: array<vec4<f32>, SUBGROUPS * PATCH_SIZE4>; // [SUBGROUPS][16 tokens][PATCH_STRIDE4]

fn finish_four(segment: Segment, token: u32, row: u32, sums: vec4<f32>) {
  if token >= run.tokens || row >= segment.rows {
    return;
  }
  var value = sums;
  if segment.bias_offset != NO_BIAS {
    let at = segment.bias_offset + row;
    value += vec4<f32>(vectors[at], vectors[at + 1u], vectors[at + 2u], vectors[at + 3u]);
  }
  if segment.activation != ACTIVATION_NONE {
    value = vec4<f32>(
      activate(segment.activation, value.x),
      activate(segment.activation, value.y),
      activate(segment.activation, value.z),
      activate(segment.activation, value.w),
    );
  }
  write_four(segment.out_offset + token * segment.out_stride + row / 4u, value);
}

/// True where whole tiles go between registers and out: nothing is done to the sums. Out has rows up to a multiple of
/// TILE_TOKENS.
fn is_direct(segment: Segment, first_row: u32) -> bool {
  let plain = segment.bias_offset == NO_BIAS && segment.activation == ACTIVATION_NONE;
  return DIRECT_STORE && plain && first_row + TILE_ROWS <= segment.rows;
}

/// Where in out the subgroup's part begins.
fn out_at(segment: Segment, first_token: u32, first_row: u32, sub_token: u32, sub_row: u32) -> u32 {
  return segment.out_offset + (first_token + sub_token) * segment.out_stride + (first_row + sub_row) / 4u;
}

fn finish(sums: ptr<function, Sums>, segment: Segment, first_token: u32, first_row: u32, sub_token: u32, sub_row: u32,
          subgroup: u32, lane: u32) {
  if is_direct(segment, first_row) {
    let stride = segment.out_stride;
    let at = out_at(segment, first_token, first_row, sub_token, sub_row);
    for (var i = 0u; i < SUB_M; i++) {
      for (var j = 0u; j < SUB_N; j++) {
        store_to_out(sums, i, j, at + 16u * i * stride + 4u * j, stride);
      }
    }
    return;
  }
  const QUADS = 4u * PATCH_MATRICES; // of a token in the patch
  let patch_at = subgroup * PATCH_SIZE4;
  for (var i = 0u; i < SUB_M; i++) {
    for (var j = 0u; j < SUB_N; j += PATCH_MATRICES) {
      for (var m = 0u; m < PATCH_MATRICES; m++) {
        store_to_patch(sums, i, j + m, patch_at + 4u * m);
      }
      workgroupBarrier();
      for (var quad = lane; quad < 16u * QUADS; quad += 32u) {
        let token = quad / QUADS;
        let four = patches[patch_at + token * PATCH_STRIDE4 + quad % QUADS];
        let row = first_row + sub_row + 16u * j + 4u * (quad % QUADS);
        finish_four(segment, first_token + sub_token + 16u * i + token, row, four);
      }
      workgroupBarrier(); // before the patch is written again
    }
  }
}
