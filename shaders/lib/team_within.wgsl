// Teams of TEAM invocations inside of one subgroup (TEAM ≤ SUBGROUP_SIZE, both powers of two) that work on the same rows.
// import "lib/lane_subgroup"
enable subgroups;

struct Member {
  team: u32, // of the workgroup
  index: u32, // in the team
}

fn member_of(lane: Lane) -> Member {
  return Member(lane.subgroup * (SUBGROUP_SIZE / TEAM) + lane.subgroup_lane / TEAM, lane.subgroup_lane % TEAM);
}

/// Sums each component over the team; every member gets the sums. Every invocation of the workgroup must call.
fn team_sums(own: vec4<f32>, lane: Lane) -> vec4<f32> {
  var sums = own;
  for (var stride = TEAM / 2u; stride > 0u; stride /= 2u) {
    sums += subgroupShuffleXor(sums, stride);
  }
  return sums;
}
