// out = W·x for one token: a workgroup computes 4 rows, its invocations stride along the columns.
// import "weights"
// import "lib/mat_shape"
// import "lane"
// import "reduce"

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, lane: Lane) {
  let first = (group.y * groups.x + group.x) * 4u;
  let last = shape.rows - 1u;
  // Rows past the end repeat the last one, so that control flow stays uniform; their sums are not stored.
  let rows = min(vec4<u32>(first) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(last));
  var sums = vec4<f32>();
  for (var c = lane.index; c < shape.columns4; c += WORKGROUP_SIZE) {
    let v = x[shape.x_offset + c];
    let block = c / 8u;
    for (var i = 0u; i < 4u; i++) {
      sums[i] += weight_scale(rows[i], block, shape.columns4) * dot(weights4(rows[i], c, shape.columns4), v);
    }
  }
  let totals = workgroup_sum4(sums, lane);
  if lane.index < 4u && first + lane.index < shape.rows {
    store(first + lane.index, 0u, totals[lane.index]);
  }
}
