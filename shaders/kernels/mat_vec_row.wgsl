// out = W·x for one token, one invocation a row and no barrier: what CPU adapters run best.
// import "weights"
// import "lib/mat_shape"

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  let row = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  if row >= shape.rows {
    return;
  }
  var sum = 0.0;
  for (var block = 0u; block * 8u < shape.columns4; block++) {
    var part = vec4<f32>();
    for (var c = block * 8u; c < min(block * 8u + 8u, shape.columns4); c++) {
      part += weights4(row, c, shape.columns4) * x[shape.x_offset + c];
    }
    sum += weight_scale(row, block, shape.columns4) * (part.x + part.y + part.z + part.w);
  }
  store(row, 0u, sum);
}
