// out = W·x for one token on CPU adapters: an invocation computes 4 rows, no barrier. See mat_mat_cpu.wgsl.
// import "weights"
// import "lib/mat_shape_cpu"

const ROWS = 4u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) subgroup_lane: u32) {
  let first_row = ((group.y * groups.x + group.x) * WORKGROUP_SIZE + index) * ROWS;
  let lane = subgroup_lane % 4u;
  let order = column_order(lane);
  let columns4 = shape.columns4;
  // Rows past the end repeat the last, so that control flow stays uniform; they are not stored.
  let rows = min(vec4<u32>(first_row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(shape.rows - 1u));
  var sums = vec4<f32>();
  for (var block = 0u; block * 8u < columns4; block++) {
    var part = vec4<f32>();
    for (var c = block * 8u; c < min(block * 8u + 8u, columns4); c++) {
      let w = mat4x4<f32>(
        quad_weights(rows.x, c, columns4, order),
        quad_weights(rows.y, c, columns4, order),
        quad_weights(rows.z, c, columns4, order),
        quad_weights(rows.w, c, columns4, order),
      );
      part += quad_of_x(4u * (shape.x_offset + c), lane) * w;
    }
    sums += part * vec4<f32>(
      quad_scale(rows.x, block, columns4),
      quad_scale(rows.y, block, columns4),
      quad_scale(rows.z, block, columns4),
      quad_scale(rows.w, block, columns4),
    );
  }
  for (var r = 0u; r < ROWS; r++) {
    if first_row + r < shape.rows {
      store(first_row + r, 0u, sums[r]);
    }
  }
}
