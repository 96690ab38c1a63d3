// Sums over a workgroup of WORKGROUP_SIZE (a power of two) invocations, without subgroups: a tree in workgroup memory.
// Every invocation must call; all get the sum.
var<workgroup> partial_sums: array<vec4<f32>, WORKGROUP_SIZE>;

fn workgroup_sum4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
  partial_sums[lane.index] = value;
  workgroupBarrier();
  for (var stride = WORKGROUP_SIZE / 2u; stride > 0u; stride /= 2u) {
    if lane.index < stride {
      partial_sums[lane.index] += partial_sums[lane.index + stride];
    }
    workgroupBarrier();
  }
  let sum = partial_sums[0];
  workgroupBarrier(); // nobody may overwrite partial_sums before all have read it
  return sum;
}
