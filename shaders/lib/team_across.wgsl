// Teams of TEAM invocations across several subgroups (TEAM > SUBGROUP_SIZE, both powers of two) that work on the same rows.
// import "lib/lane_subgroup"
enable subgroups;

const SUBGROUPS_PER_TEAM = TEAM / SUBGROUP_SIZE;

var<workgroup> team_partials: array<vec4<f32>, WORKGROUP_SIZE / SUBGROUP_SIZE>;

struct Member {
  team: u32, // of the workgroup
  index: u32, // in the team
}

fn member_of(lane: Lane) -> Member {
  return Member(
    lane.subgroup / SUBGROUPS_PER_TEAM,
    (lane.subgroup % SUBGROUPS_PER_TEAM) * SUBGROUP_SIZE + lane.subgroup_lane,
  );
}

/// Sums each component over the team; every member gets the sums. Every invocation of the workgroup must call, once.
fn team_sums(own: vec4<f32>, lane: Lane) -> vec4<f32> {
  let of_subgroup = subgroupAdd(own);
  if lane.subgroup_lane == 0u {
    team_partials[lane.subgroup] = of_subgroup;
  }
  workgroupBarrier();
  let first = lane.subgroup / SUBGROUPS_PER_TEAM * SUBGROUPS_PER_TEAM;
  var sums = vec4<f32>();
  for (var s = 0u; s < SUBGROUPS_PER_TEAM; s++) {
    sums += team_partials[first + s];
  }
  return sums;
}
