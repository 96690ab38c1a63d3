// Mean and variance over a workgroup's WIDTH values, with one barrier: those of the subgroups, then from them the whole's
// (Chan, Golub, LeVeque: Algorithms for computing the sample variance, 1983).
// Link-time constants: WIDTH, WORKGROUP_SIZE, SUBGROUP_SIZE; NORM_COLUMNS = ⌈WIDTH / WORKGROUP_SIZE⌉.
// import "lib/lane_subgroup"
enable subgroups;

const SUBGROUPS = WORKGROUP_SIZE / SUBGROUP_SIZE;

/// Of each subgroup: mean, and sum of squared distances from it.
var<workgroup> subgroup_moments: array<vec2<f32>, SUBGROUPS>;

/// How many of the values a subgroup has.
fn values_of(subgroup: u32) -> f32 {
  var values = 0u;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let first = i * WORKGROUP_SIZE + subgroup * SUBGROUP_SIZE;
    values += min(max(WIDTH, first) - first, SUBGROUP_SIZE);
  }
  return f32(values);
}

/// (mean, variance) of all. Value i of an invocation is that of column i · WORKGROUP_SIZE + its index, 0 past the last. Every
/// invocation must call; a barrier must follow before it is called again.
fn workgroup_moments(own: ptr<function, array<f32, NORM_COLUMNS>>, lane: Lane) -> vec2<f32> {
  var sum = 0.0;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    sum += own[i];
  }
  let own_mean = subgroupAdd(sum) / max(values_of(lane.subgroup), 1.0);
  var squares = 0.0;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let centred = select(0.0, own[i] - own_mean, i * WORKGROUP_SIZE + lane.index < WIDTH);
    squares += centred * centred;
  }
  let own_squares = subgroupAdd(squares);
  if lane.subgroup_lane == 0u {
    subgroup_moments[lane.subgroup] = vec2<f32>(own_mean, own_squares);
  }
  workgroupBarrier();
  var total = 0.0;
  for (var i = lane.subgroup_lane; i < SUBGROUPS; i += SUBGROUP_SIZE) {
    total += values_of(i) * subgroup_moments[i].x;
  }
  let mean = subgroupAdd(total) / f32(WIDTH);
  var spread = 0.0;
  for (var i = lane.subgroup_lane; i < SUBGROUPS; i += SUBGROUP_SIZE) {
    let distance = subgroup_moments[i].x - mean;
    spread += subgroup_moments[i].y + values_of(i) * distance * distance;
  }
  return vec2<f32>(mean, subgroupAdd(spread) / f32(WIDTH));
}
