// Teams of TEAM invocations across several subgroups (TEAM > SUBGROUP_SIZE, both powers of two) that work on the same rows.
// import "lib/lane_subgroup"
enable subgroups;

const SUBGROUPS_PER_TEAM = TEAM / SUBGROUP_SIZE;

var<workgroup> team_partials: array<array<f32, ROWS_PER_TEAM>, WORKGROUP_SIZE / SUBGROUP_SIZE>;

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

/// Sums each element over the team; every member gets the sums. Every invocation of the workgroup must call, once.
fn team_sums(own: array<f32, ROWS_PER_TEAM>, lane: Lane) -> array<f32, ROWS_PER_TEAM> {
  var sums: array<f32, ROWS_PER_TEAM>;
  for (var r = 0u; r < ROWS_PER_TEAM; r++) {
    sums[r] = subgroupAdd(own[r]);
    if lane.subgroup_lane == 0u {
      team_partials[lane.subgroup][r] = sums[r];
    }
  }
  workgroupBarrier();
  let first = lane.subgroup / SUBGROUPS_PER_TEAM * SUBGROUPS_PER_TEAM;
  for (var r = 0u; r < ROWS_PER_TEAM; r++) {
    sums[r] = 0.0;
    for (var s = 0u; s < SUBGROUPS_PER_TEAM; s++) {
      sums[r] += team_partials[first + s][r];
    }
  }
  return sums;
}
