// The best (key, token) of a workgroup of WORKGROUP_SIZE (a power of two) invocations, without subgroups; see `better`.
// Every invocation must call; all get the result.
// import "lib/score_keys"

var<workgroup> partial_bests: array<vec2<u32>, WORKGROUP_SIZE>;

fn workgroup_best(value: vec2<u32>, lane: Lane) -> vec2<u32> {
  partial_bests[lane.index] = value;
  workgroupBarrier();
  for (var stride = WORKGROUP_SIZE / 2u; stride > 0u; stride /= 2u) {
    if lane.index < stride {
      partial_bests[lane.index] = better(partial_bests[lane.index], partial_bests[lane.index + stride]);
    }
    workgroupBarrier();
  }
  let best = partial_bests[0];
  workgroupBarrier(); // nobody may overwrite partial_bests before all have read it
  return best;
}
