// The WKV recurrence, token by token, for each row p of a head's state S [value p][key q]:
//   u = S·z,  S ← S·diag(w) + u bᵀ + v kᵀ,  y = S·r          with what wkv_prepare has left in proj
// Rows are independent of each other, so nothing waits for a barrier: SPLIT lanes of a subgroup share ROWS rows and hold
// them in registers for the whole run. The one chain from token to token is u → S → the next u, so everything else is
// kept off it: inputs are read DEPTH tokens ahead, and S·diag(w) + v kᵀ is made while the sums for u and y, reduced
// together, travel between the lanes.
// Link-time constants: HEAD_SIZE, SPLIT, SPLIT_STEP, ROWS (1, 2, 4), DEPTH (1, 2, 4), WORKGROUP_SIZE, SEQUENCES (each
// token is the next one of its own sequence; else all tokens are one sequence). The import "columns" has HEAD_SIZE / 4 /
// SPLIT quads; WORKGROUP_SIZE · ROWS / SPLIT divides HEAD_SIZE.
// import "lib/wkv_shape"
// import "split"
// import "columns"

@group(0) @binding(0) var<storage, read> proj: array<vec4<f32>>; // [7][tokens][stride]
// [sequences][layers][heads][HEAD_SIZE value][HEAD_QUADS key]
@group(0) @binding(1) var<storage, read_write> wkv: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [tokens][4 · stride]
@group(0) @binding(3) var<uniform> shape: WkvShape;
@group(0) @binding(4) var<uniform> run: Run;

/// Rows of a workgroup, and workgroups of a head.
const GROUP_ROWS = WORKGROUP_SIZE * ROWS / SPLIT;
const HEAD_GROUPS = HEAD_SIZE / GROUP_ROWS;

fn read4(at: u32) -> vec4<f32> {
  return proj[at];
}

/// Where a lane stands: fixed for the whole run. Positions count quads.
struct Lane {
  index: u32, // in the workgroup
  part: u32,
  row: u32, // the first of its rows, in the head
  head_at: u32, // the head in the sequence's first token
  state_at: u32, // the lane's part of its first row
  last: u32, // the last token, counted from the first
}

/// What the part of a token's update needs that does not wait for u, and u itself.
struct Decaying {
  z: Columns,
  w: Columns,
  k: Columns,
  v: vec4<f32>, // of the lane's rows; 0 where they are fewer
}

/// Read together: the rest of one token, and the beginning of the token after it.
struct Inputs {
  r: Columns,
  b: Columns,
  next: Decaying,
}

/// A row between two tokens.
struct Row {
  s: Columns,
  decayed: Columns, // S·diag(w) + v kᵀ with the next token's w, v and k
  u: f32, // S·z with the next token's z
  y: f32, // S·r
}

struct Rows {
  a: Row,
  b: Row,
  c: Row,
  d: Row,
}

fn load_values(at: u32, row: u32) -> vec4<f32> {
  if ROWS == 4u {
    return proj[at];
  }
  if ROWS == 2u {
    return vec4<f32>(proj[at][row % 4u], proj[at][row % 4u + 1u], 0.0, 0.0);
  }
  return vec4<f32>(proj[at][row % 4u], 0.0, 0.0, 0.0);
}

// Past the last token both loads read that one again; what they read is not used.

fn load_decaying(lane: Lane, t: u32) -> Decaying {
  let at = lane.head_at + min(t, lane.last) * shape.stride;
  return Decaying(
    load_columns(SLOT_Z * shape.slot_stride + at + lane.part),
    load_columns(SLOT_W * shape.slot_stride + at + lane.part),
    load_columns(SLOT_K * shape.slot_stride + at + lane.part),
    load_values(SLOT_V * shape.slot_stride + at + lane.row / 4u, lane.row),
  );
}

fn load_inputs(lane: Lane, t: u32) -> Inputs {
  let at = lane.head_at + min(t, lane.last) * shape.stride + lane.part;
  return Inputs(
    load_columns(SLOT_R * shape.slot_stride + at),
    load_columns(SLOT_B * shape.slot_stride + at),
    load_decaying(lane, t + 1u),
  );
}

fn open_row(s: Columns, first: Decaying, v: f32, lane: Lane) -> Row {
  let u = split_sum(vec2<f32>(dot_columns(s, first.z), 0.0), lane.index).x;
  return Row(s, decay_columns(s, first.w, v, first.k), u, 0.0);
}

fn step_row(row: Row, inputs: Inputs, v: f32, lane: Lane) -> Row {
  let s = correct_columns(row.decayed, row.u, inputs.b);
  let sums = split_sum(vec2<f32>(dot_columns(s, inputs.next.z), dot_columns(s, inputs.r)), lane.index);
  return Row(s, decay_columns(s, inputs.next.w, v, inputs.next.k), sums.x, sums.y);
}

/// All rows of the lane by one token, whose y is written.
fn step(rows: Rows, inputs: Inputs, lane: Lane, t: u32) -> Rows {
  var next = rows;
  next.a = step_row(rows.a, inputs, inputs.next.v.x, lane);
  if ROWS > 1u {
    next.b = step_row(rows.b, inputs, inputs.next.v.y, lane);
  }
  if ROWS > 2u {
    next.c = step_row(rows.c, inputs, inputs.next.v.z, lane);
    next.d = step_row(rows.d, inputs, inputs.next.v.w, lane);
  }
  if lane.part == 0u {
    let at = 4u * (lane.head_at + t * shape.stride) + lane.row;
    y[at] = next.a.y;
    if ROWS > 1u {
      y[at + 1u] = next.b.y;
    }
    if ROWS > 2u {
      y[at + 2u] = next.c.y;
      y[at + 3u] = next.d.y;
    }
  }
  return next;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, place: Place) {
  let sequence = group.y;
  let first = select(0u, sequence, SEQUENCES);
  let tokens = select(run.tokens, 1u, SEQUENCES);
  let head = group.x / HEAD_GROUPS;
  let index = lane_of(place);
  let part = split_part(index);
  let row = (group.x % HEAD_GROUPS) * GROUP_ROWS + split_item(index) * ROWS;
  let lane = Lane(
    index,
    part,
    row,
    first * shape.stride + head * HEAD_QUADS,
    sequence * shape.state_stride + shape.state_offset + (head * HEAD_SIZE + row) * HEAD_QUADS + part,
    tokens - 1u,
  );

  let opening = load_decaying(lane, 0u);
  var rows: Rows;
  rows.a = open_row(load_state(lane.state_at), opening, opening.v.x, lane);
  if ROWS > 1u {
    rows.b = open_row(load_state(lane.state_at + HEAD_QUADS), opening, opening.v.y, lane);
  }
  if ROWS > 2u {
    rows.c = open_row(load_state(lane.state_at + 2u * HEAD_QUADS), opening, opening.v.z, lane);
    rows.d = open_row(load_state(lane.state_at + 3u * HEAD_QUADS), opening, opening.v.w, lane);
  }

  // A ring of DEPTH inputs in named variables: an array with a moving index would not stay in registers, and handing
  // values from one variable to the next would wait for them.
  var a = load_inputs(lane, 0u);
  var b: Inputs;
  var c: Inputs;
  var d: Inputs;
  if DEPTH > 1u {
    b = load_inputs(lane, 1u);
  }
  if DEPTH > 2u {
    c = load_inputs(lane, 2u);
    d = load_inputs(lane, 3u);
  }
  for (var t = 0u; t < tokens; t += DEPTH) {
    rows = step(rows, a, lane, t);
    a = load_inputs(lane, t + DEPTH);
    if DEPTH > 1u {
      if t + 1u < tokens {
        rows = step(rows, b, lane, t + 1u);
        b = load_inputs(lane, t + 1u + DEPTH);
      }
    }
    if DEPTH > 2u {
      if t + 2u < tokens {
        rows = step(rows, c, lane, t + 2u);
        c = load_inputs(lane, t + 2u + DEPTH);
      }
      if t + 3u < tokens {
        rows = step(rows, d, lane, t + 3u);
        d = load_inputs(lane, t + 3u + DEPTH);
      }
    }
  }

  store_state(lane.state_at, rows.a.s);
  if ROWS > 1u {
    store_state(lane.state_at + HEAD_QUADS, rows.b.s);
  }
  if ROWS > 2u {
    store_state(lane.state_at + 2u * HEAD_QUADS, rows.c.s);
    store_state(lane.state_at + 3u * HEAD_QUADS, rows.d.s);
  }
}
