// The best (key, token) of a workgroup of WORKGROUP_SIZE invocations, by subgroups; see `better`.
// Every invocation must call; all get the result.
enable subgroups;
// import "lib/score_keys"

// WebGPU's smallest subgroups have four invocations.
var<workgroup> partial_bests: array<vec2<u32>, (WORKGROUP_SIZE + 3u) / 4u>;

fn workgroup_best(value: vec2<u32>, lane: Lane) -> vec2<u32> {
  let key = subgroupMax(value.x);
  let token = subgroupMin(select(NO_TOKEN, value.y, value.x == key));
  if lane.subgroup_lane == 0u {
    partial_bests[lane.subgroup] = vec2<u32>(key, token);
  }
  workgroupBarrier();
  var best = partial_bests[0];
  for (var i = 1u; i < lane.subgroup_count; i++) {
    best = better(best, partial_bests[i]);
  }
  workgroupBarrier(); // nobody may overwrite partial_bests before all have read it
  return best;
}
