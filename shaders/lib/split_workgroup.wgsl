// SPLIT neighbouring lanes share an item and add up their parts through workgroup memory: for adapters without subgroups.
// Link-time constants: SPLIT, WORKGROUP_SIZE.

struct Place {
  @builtin(local_invocation_index) index: u32,
}

var<workgroup> split_values: array<vec2<f32>, WORKGROUP_SIZE>;

fn lane_of(place: Place) -> u32 {
  return place.index;
}

fn split_part(lane: u32) -> u32 {
  return lane % SPLIT;
}

fn split_item(lane: u32) -> u32 {
  return lane / SPLIT;
}

/// The sum over an item's lanes, for all of them. Every invocation must call.
fn split_sum(value: vec2<f32>, lane: u32) -> vec2<f32> {
  if SPLIT == 1u {
    return value;
  }
  split_values[lane] = value;
  workgroupBarrier();
  var sum = vec2<f32>();
  for (var i = 0u; i < SPLIT; i++) {
    sum += split_values[lane - lane % SPLIT + i];
  }
  workgroupBarrier(); // nobody may overwrite split_values before all have read it
  return sum;
}
