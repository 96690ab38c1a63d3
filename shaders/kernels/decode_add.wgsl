// One token: x += W·input, and the layer's shift state takes the h that an earlier dispatch has kept.
// Link-time constants: COLUMNS, ROWS, WIDTH, and those of the imports.
// import "input"
// import "lib/team_rows"

struct Shape {
  shift_offset: u32, // in shift, in f32
}

@group(0) @binding(4) var<storage, read_write> x: array<f32>; // [ROWS]
@group(0) @binding(5) var<storage, read> normed: array<f32>; // [ROWS]
@group(0) @binding(6) var<storage, read_write> shift: array<f32>; // [layers][2][ROWS]
@group(0) @binding(7) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let member = member_of(lane);
  let first = group.x * ROWS_PER_GROUP + member.team * ROWS_PER_TEAM;
  let quartet = first_quartet(first, lane);
  prepare_rows(lane.index);
  workgroupBarrier();
  let sums = team_rows(first, quartet, lane);
  if member.index == 0u {
    add_row(first, sums.x);
    if ROWS_PER_TEAM > 1u {
      add_row(first + 1u, sums.y);
    }
    if ROWS_PER_TEAM > 2u {
      add_row(first + 2u, sums.z);
      add_row(first + 3u, sums.w);
    }
  }
}

fn add_row(row: u32, sum: f32) {
  x[row] += sum;
  shift[shape.shift_offset + row] = normed[row];
}
