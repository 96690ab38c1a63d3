// out = X·Wᵀ for many tokens on CPU adapters: an invocation computes 4 rows × 8 tokens in registers, no barrier. There
// every load is gathered lane by lane and costs as much as ten products, whatever its address: so the tile is large and the
// four invocations of a quad share what they read of X. Each output is summed in the same order whatever the number of
// tokens.
// import "weights"
// import "lib/mat_shape_cpu"

const ROWS = 4u;
const TOKENS = 8u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32,
        @builtin(subgroup_invocation_id) subgroup_lane: u32) {
  let first_row = (group.x * WORKGROUP_SIZE + index) * ROWS;
  let first_token = group.y * TOKENS;
  let lane = subgroup_lane % 4u;
  let order = column_order(lane);
  let columns4 = shape.columns4;
  // Rows and tokens past the end repeat the last, so that control flow stays uniform; they are not stored.
  let rows = min(vec4<u32>(first_row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(shape.rows - 1u));
  let token_a = min(vec4<u32>(first_token) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(run.tokens - 1u));
  let token_b = min(vec4<u32>(first_token) + vec4<u32>(4u, 5u, 6u, 7u), vec4<u32>(run.tokens - 1u));
  let a = 4u * (shape.x_offset + token_a * shape.x_stride);
  let b = 4u * (shape.x_offset + token_b * shape.x_stride);

  var sum0 = vec4<f32>(); // token 0, rows 0…3; and so on. Not an array: that would stay in memory.
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  var sum4 = vec4<f32>();
  var sum5 = vec4<f32>();
  var sum6 = vec4<f32>();
  var sum7 = vec4<f32>();
  for (var block = 0u; block * 8u < columns4; block++) {
    var part0 = vec4<f32>();
    var part1 = vec4<f32>();
    var part2 = vec4<f32>();
    var part3 = vec4<f32>();
    var part4 = vec4<f32>();
    var part5 = vec4<f32>();
    var part6 = vec4<f32>();
    var part7 = vec4<f32>();
    for (var c = block * 8u; c < min(block * 8u + 8u, columns4); c++) {
      // One row a column, so that x · w is one token's products with four rows.
      let w = mat4x4<f32>(
        quad_weights(rows.x, c, columns4, order),
        quad_weights(rows.y, c, columns4, order),
        quad_weights(rows.z, c, columns4, order),
        quad_weights(rows.w, c, columns4, order),
      );
      part0 += quad_of_x(a.x + 4u * c, lane) * w;
      part1 += quad_of_x(a.y + 4u * c, lane) * w;
      part2 += quad_of_x(a.z + 4u * c, lane) * w;
      part3 += quad_of_x(a.w + 4u * c, lane) * w;
      part4 += quad_of_x(b.x + 4u * c, lane) * w;
      part5 += quad_of_x(b.y + 4u * c, lane) * w;
      part6 += quad_of_x(b.z + 4u * c, lane) * w;
      part7 += quad_of_x(b.w + 4u * c, lane) * w;
    }
    let scales = vec4<f32>(
      quad_scale(rows.x, block, columns4),
      quad_scale(rows.y, block, columns4),
      quad_scale(rows.z, block, columns4),
      quad_scale(rows.w, block, columns4),
    );
    sum0 += scales * part0;
    sum1 += scales * part1;
    sum2 += scales * part2;
    sum3 += scales * part3;
    sum4 += scales * part4;
    sum5 += scales * part5;
    sum6 += scales * part6;
    sum7 += scales * part7;
  }
  var sums = array<vec4<f32>, TOKENS>(sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7);
  for (var t = 0u; t < min(TOKENS, run.tokens - first_token); t++) {
    for (var r = 0u; r < ROWS; r++) {
      if first_row + r < shape.rows {
        store(first_row + r, first_token + t, sums[t][r]);
      }
    }
  }
}
