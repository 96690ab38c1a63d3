// Sums over a workgroup of WORKGROUP_SIZE invocations: subgroupAdd, then the subgroups' sums. Right for any subgroup size.
// Every invocation must call; all get the sum.
enable subgroups;

// WebGPU's smallest subgroups have four invocations.
var<workgroup> partial_sums: array<vec4<f32>, (WORKGROUP_SIZE + 3u) / 4u>;

fn workgroup_sum4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
  let own = subgroupAdd(value);
  if lane.subgroup_lane == 0u {
    partial_sums[lane.subgroup] = own;
  }
  workgroupBarrier();
  var sum = vec4<f32>();
  for (var i = 0u; i < lane.subgroup_count; i++) {
    sum += partial_sums[i];
  }
  workgroupBarrier(); // nobody may overwrite partial_sums before all have read it
  return sum;
}
