// Sums over a workgroup of WORKGROUP_SIZE invocations in subgroups of SUBGROUP_SIZE. Every invocation must call; all get the
// sums.
// import "lib/lane_subgroup"
enable subgroups;

var<workgroup> subgroup_sums: array<vec2<f32>, WORKGROUP_SIZE / SUBGROUP_SIZE>;

fn workgroup_sum2(own: vec2<f32>, lane: Lane) -> vec2<f32> {
  let of_subgroup = subgroupAdd(own);
  if lane.subgroup_lane == 0u {
    subgroup_sums[lane.subgroup] = of_subgroup;
  }
  workgroupBarrier();
  // Every subgroup sums the sums for itself: as many as it has invocations at a time.
  var sums = vec2<f32>();
  for (var i = lane.subgroup_lane; i < WORKGROUP_SIZE / SUBGROUP_SIZE; i += SUBGROUP_SIZE) {
    sums += subgroup_sums[i];
  }
  let total = subgroupAdd(sums);
  workgroupBarrier(); // nobody may overwrite subgroup_sums before all have read them
  return total;
}
