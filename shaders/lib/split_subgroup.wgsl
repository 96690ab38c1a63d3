// SPLIT lanes of one subgroup share an item and add up their parts with shuffles. Right for every subgroup size that is a
// multiple of SPLIT · SPLIT_STEP; the sum's order, hence its bits, is the same in all of them.
// Link-time constants: SPLIT, SPLIT_STEP (powers of two): the lanes of an item lie SPLIT_STEP apart.
enable subgroups;
requires subgroup_id;

struct Place {
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_size) subgroup_size: u32,
}

/// Number of the invocation in its workgroup, counted so that a subgroup's are neighbours whatever the driver's order.
fn lane_of(place: Place) -> u32 {
  return place.subgroup * place.subgroup_size + place.lane;
}

fn split_part(lane: u32) -> u32 {
  return (lane / SPLIT_STEP) % SPLIT;
}

fn split_item(lane: u32) -> u32 {
  return lane % SPLIT_STEP + SPLIT_STEP * (lane / (SPLIT_STEP * SPLIT));
}

/// The sum over an item's lanes, for all of them. Every invocation must call.
fn split_sum(value: vec2<f32>, lane: u32) -> vec2<f32> {
  var sum = value;
  if SPLIT > 1u {
    sum += subgroupShuffleXor(sum, SPLIT_STEP);
  }
  if SPLIT > 2u {
    sum += subgroupShuffleXor(sum, 2u * SPLIT_STEP);
  }
  if SPLIT > 4u {
    sum += subgroupShuffleXor(sum, 4u * SPLIT_STEP);
  }
  if SPLIT > 8u {
    sum += subgroupShuffleXor(sum, 8u * SPLIT_STEP);
  }
  return sum;
}
