// out = X·Wᵀ for many tokens on CPU adapters: an invocation computes 8 rows × 8 tokens in registers, no barrier. There
// every load is gathered lane by lane and costs as much as ten products, whatever its address: so the tile is large and the
// four invocations of a quad share what they read of X. Each output is summed in the same order whatever the number of
// tokens.
// import "weights"
// import "lib/mat_shape_cpu"

const ROWS = 8u;
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
  let rows_low = min(vec4<u32>(first_row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(shape.rows - 1u));
  let rows_high = min(vec4<u32>(first_row) + vec4<u32>(4u, 5u, 6u, 7u), vec4<u32>(shape.rows - 1u));
  let tokens_low = min(vec4<u32>(first_token) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(run.tokens - 1u));
  let tokens_high = min(vec4<u32>(first_token) + vec4<u32>(4u, 5u, 6u, 7u), vec4<u32>(run.tokens - 1u));
  let x_low = 4u * (shape.x_offset + tokens_low * shape.x_stride);
  let x_high = 4u * (shape.x_offset + tokens_high * shape.x_stride);

  // Token t: rows 0…3 in low, rows 4…7 in high. Not arrays: those would stay in memory.
  var sum0_low = vec4<f32>();
  var sum1_low = vec4<f32>();
  var sum2_low = vec4<f32>();
  var sum3_low = vec4<f32>();
  var sum4_low = vec4<f32>();
  var sum5_low = vec4<f32>();
  var sum6_low = vec4<f32>();
  var sum7_low = vec4<f32>();
  var sum0_high = vec4<f32>();
  var sum1_high = vec4<f32>();
  var sum2_high = vec4<f32>();
  var sum3_high = vec4<f32>();
  var sum4_high = vec4<f32>();
  var sum5_high = vec4<f32>();
  var sum6_high = vec4<f32>();
  var sum7_high = vec4<f32>();
  for (var block = 0u; block * 8u < columns4; block++) {
    var part0_low = vec4<f32>();
    var part1_low = vec4<f32>();
    var part2_low = vec4<f32>();
    var part3_low = vec4<f32>();
    var part4_low = vec4<f32>();
    var part5_low = vec4<f32>();
    var part6_low = vec4<f32>();
    var part7_low = vec4<f32>();
    var part0_high = vec4<f32>();
    var part1_high = vec4<f32>();
    var part2_high = vec4<f32>();
    var part3_high = vec4<f32>();
    var part4_high = vec4<f32>();
    var part5_high = vec4<f32>();
    var part6_high = vec4<f32>();
    var part7_high = vec4<f32>();
    for (var c = block * 8u; c < min(block * 8u + 8u, columns4); c++) {
      // One row a column, so that x · w is one token's products with four rows.
      let w_low = mat4x4<f32>(
        quad_weights(rows_low.x, c, columns4, order),
        quad_weights(rows_low.y, c, columns4, order),
        quad_weights(rows_low.z, c, columns4, order),
        quad_weights(rows_low.w, c, columns4, order),
      );
      let w_high = mat4x4<f32>(
        quad_weights(rows_high.x, c, columns4, order),
        quad_weights(rows_high.y, c, columns4, order),
        quad_weights(rows_high.z, c, columns4, order),
        quad_weights(rows_high.w, c, columns4, order),
      );
      let x0 = quad_of_x(x_low.x + 4u * c, lane);
      part0_low += x0 * w_low;
      part0_high += x0 * w_high;
      let x1 = quad_of_x(x_low.y + 4u * c, lane);
      part1_low += x1 * w_low;
      part1_high += x1 * w_high;
      let x2 = quad_of_x(x_low.z + 4u * c, lane);
      part2_low += x2 * w_low;
      part2_high += x2 * w_high;
      let x3 = quad_of_x(x_low.w + 4u * c, lane);
      part3_low += x3 * w_low;
      part3_high += x3 * w_high;
      let x4 = quad_of_x(x_high.x + 4u * c, lane);
      part4_low += x4 * w_low;
      part4_high += x4 * w_high;
      let x5 = quad_of_x(x_high.y + 4u * c, lane);
      part5_low += x5 * w_low;
      part5_high += x5 * w_high;
      let x6 = quad_of_x(x_high.z + 4u * c, lane);
      part6_low += x6 * w_low;
      part6_high += x6 * w_high;
      let x7 = quad_of_x(x_high.w + 4u * c, lane);
      part7_low += x7 * w_low;
      part7_high += x7 * w_high;
    }
    let scales_low = vec4<f32>(
      quad_scale(rows_low.x, block, columns4),
      quad_scale(rows_low.y, block, columns4),
      quad_scale(rows_low.z, block, columns4),
      quad_scale(rows_low.w, block, columns4),
    );
    let scales_high = vec4<f32>(
      quad_scale(rows_high.x, block, columns4),
      quad_scale(rows_high.y, block, columns4),
      quad_scale(rows_high.z, block, columns4),
      quad_scale(rows_high.w, block, columns4),
    );
    sum0_low += scales_low * part0_low;
    sum1_low += scales_low * part1_low;
    sum2_low += scales_low * part2_low;
    sum3_low += scales_low * part3_low;
    sum4_low += scales_low * part4_low;
    sum5_low += scales_low * part5_low;
    sum6_low += scales_low * part6_low;
    sum7_low += scales_low * part7_low;
    sum0_high += scales_high * part0_high;
    sum1_high += scales_high * part1_high;
    sum2_high += scales_high * part2_high;
    sum3_high += scales_high * part3_high;
    sum4_high += scales_high * part4_high;
    sum5_high += scales_high * part5_high;
    sum6_high += scales_high * part6_high;
    sum7_high += scales_high * part7_high;
  }
  var low = array<vec4<f32>, TOKENS>(sum0_low, sum1_low, sum2_low, sum3_low, sum4_low, sum5_low, sum6_low, sum7_low);
  var high = array<vec4<f32>, TOKENS>(sum0_high, sum1_high, sum2_high, sum3_high, sum4_high, sum5_high, sum6_high, sum7_high);
  for (var t = 0u; t < min(TOKENS, run.tokens - first_token); t++) {
    for (var r = 0u; r < 4u; r++) {
      if first_row + r < shape.rows {
        store(first_row + r, first_token + t, low[t][r]);
      }
      if first_row + 4u + r < shape.rows {
        store(first_row + 4u + r, first_token + t, high[t][r]);
      }
    }
  }
}
