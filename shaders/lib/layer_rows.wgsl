// Rows of W·input by the teams of a workgroup, the input in a tile. A task is a part of one row or of a few neighbouring
// rows; a team loads four pieces of weights at a time and asks for the next four, of its next task too, before it uses these.
// Link-time constants: SUBGROUP_SIZE, WORKGROUP_SIZE, PARTIALS (the most parts of rows of a workgroup).
// import "rows"
// import "lib/layer_tile"
// import "lib/lane_subgroup"
enable subgroups;
requires unrestricted_pointer_parameters;

alias Weights = ptr<storage, array<vec4<u32>>, read>; // [rows][pieces]

/// Of every matrix [rows][pieces / PIECES_PER_SCALE].
@group(0) @binding(4) var<storage, read> scales: array<u32>;

/// Where a matrix begins: its weights in their buffer, in pieces, and its scales, in words.
struct Stored {
  pieces_at: u32,
  scales_at: u32,
}

/// How a product is cut into tasks. Constants wherever it is made, so that everything that follows from it folds.
struct Cut {
  pieces: u32, // of a row
  turns: u32, // over the columns: as many inputs fit the tile one after another
  split: u32, // tasks that share a row in a turn
  team: u32, // invocations, at most a subgroup
  rows: u32, // of a task: 1, 2 or 4
}

/// The rows of one workgroup: whole tasks.
struct Share {
  first_row: u32,
  rows: u32,
}

struct Quartet {
  a: vec4<u32>,
  b: vec4<u32>,
  c: vec4<u32>,
  d: vec4<u32>,
  scale_a: u32,
  scale_b: u32,
  scale_c: u32,
  scale_d: u32,
}

/// [row of the share][turn][split]
var<workgroup> partials: array<f32, PARTIALS>;

fn segment_of(cut: Cut) -> u32 {
  return cut.pieces / (cut.turns * cut.split);
}

fn steps_of(cut: Cut) -> u32 {
  let stride = cut.team * 4u / cut.rows;
  return (segment_of(cut) + stride - 1u) / stride;
}

fn tasks_of(cut: Cut, share: Share) -> u32 {
  return share.rows / cut.rows * cut.split;
}

fn team_of(cut: Cut, lane: Lane) -> u32 {
  return lane.index / cut.team;
}

/// Rows `number` of `parts` nearly equal parts of `rows`, in whole tasks.
fn share_of(cut: Cut, first_row: u32, rows: u32, number: u32, parts: u32) -> Share {
  let tasks = rows / cut.rows;
  let first = number * tasks / parts;
  let end = (number + 1u) * tasks / parts;
  return Share(first_row + first * cut.rows, (end - first) * cut.rows);
}

/// A team's piece number `slot` of a step, in its segment.
fn slot_piece(cut: Cut, step: u32, slot: u32, lane: Lane) -> u32 {
  return (step * (4u / cut.rows) + slot) * cut.team + lane.index % cut.team;
}

/// Past a segment's end its last piece is read again, and not counted.
fn weights_place(cut: Cut, share: Share, turn: u32, task: u32, step: u32, slot: u32, lane: Lane) -> u32 {
  let segment = segment_of(cut);
  let row = share.first_row + task / cut.split * cut.rows;
  let piece = min(slot_piece(cut, step, slot, lane), segment - 1u);
  return row * cut.pieces + (turn * cut.split + task % cut.split) * segment + piece;
}

fn scale_word(stored: Stored, place: u32) -> u32 {
  if PIECES_PER_SCALE == 0u {
    return 0u;
  }
  return scales[stored.scales_at + place / max(PIECES_PER_SCALE, 1u)];
}

fn load_quartet(
  weights: Weights, stored: Stored, cut: Cut, share: Share, turn: u32, task: u32, step: u32, lane: Lane,
) -> Quartet {
  if task >= tasks_of(cut, share) {
    return Quartet();
  }
  let a = weights_place(cut, share, turn, task, step, 0u, lane);
  var b = a + cut.pieces;
  var c = a + 2u * cut.pieces;
  var d = a + 3u * cut.pieces;
  if cut.rows == 1u {
    b = weights_place(cut, share, turn, task, step, 1u, lane);
    c = weights_place(cut, share, turn, task, step, 2u, lane);
    d = weights_place(cut, share, turn, task, step, 3u, lane);
  }
  if cut.rows == 2u {
    c = weights_place(cut, share, turn, task, step, 1u, lane);
    d = c + cut.pieces;
  }
  return Quartet(
    weights[stored.pieces_at + a],
    weights[stored.pieces_at + b],
    weights[stored.pieces_at + c],
    weights[stored.pieces_at + d],
    scale_word(stored, a),
    scale_word(stored, b),
    scale_word(stored, c),
    scale_word(stored, d),
  );
}

/// The first quartet of every team: asked for before the input is ready.
fn first_quartet(weights: Weights, stored: Stored, cut: Cut, share: Share, lane: Lane) -> Quartet {
  return load_quartet(weights, stored, cut, share, 0u, team_of(cut, lane), 0u, lane);
}

fn quartet_sums(q: Quartet, cut: Cut, task: u32, step: u32, lane: Lane) -> vec4<f32> {
  let segment = segment_of(cut);
  let start = task % cut.split * segment;
  var sums = vec4<f32>();
  if cut.rows == 4u {
    let own = slot_piece(cut, step, 0u, lane);
    if own < segment {
      let piece = start + own;
      let input = input_piece(piece);
      sums = vec4<f32>(
        piece_dot(q.a, q.scale_a, piece, input, lane),
        piece_dot(q.b, q.scale_b, piece, input, lane),
        piece_dot(q.c, q.scale_c, piece, input, lane),
        piece_dot(q.d, q.scale_d, piece, input, lane),
      );
    }
    return sums;
  }
  if cut.rows == 2u {
    for (var slot = 0u; slot < 2u; slot++) {
      let own = slot_piece(cut, step, slot, lane);
      if own < segment {
        let piece = start + own;
        let input = input_piece(piece);
        let second = slot == 1u;
        sums.x += piece_dot(select(q.a, q.c, second), select(q.scale_a, q.scale_c, second), piece, input, lane);
        sums.y += piece_dot(select(q.b, q.d, second), select(q.scale_b, q.scale_d, second), piece, input, lane);
      }
    }
    return sums;
  }
  sums.x = lone_dot(q.a, q.scale_a, cut, start, step, 0u, lane) + lone_dot(q.b, q.scale_b, cut, start, step, 1u, lane) +
    lone_dot(q.c, q.scale_c, cut, start, step, 2u, lane) + lone_dot(q.d, q.scale_d, cut, start, step, 3u, lane);
  return sums;
}

fn lone_dot(w: vec4<u32>, scale: u32, cut: Cut, start: u32, step: u32, slot: u32, lane: Lane) -> f32 {
  let own = slot_piece(cut, step, slot, lane);
  if own >= segment_of(cut) {
    return 0.0;
  }
  return piece_dot(w, scale, start + own, input_piece(start + own), lane);
}

fn team_sums(own: vec4<f32>, cut: Cut) -> vec4<f32> {
  var sums = own;
  for (var stride = cut.team / 2u; stride > 0u; stride /= 2u) {
    sums += subgroupShuffleXor(sums, stride);
  }
  return sums;
}

/// One turn of the share's products into `partials`; `first` is each team's first quartet. Every invocation must call.
fn products(weights: Weights, stored: Stored, cut: Cut, share: Share, turn: u32, first: Quartet, lane: Lane) {
  let tasks = tasks_of(cut, share);
  let teams = WORKGROUP_SIZE / cut.team;
  let steps = steps_of(cut);
  var quartet = first;
  for (var round = 0u; round * teams < tasks; round++) {
    let task = round * teams + team_of(cut, lane);
    var sums = vec4<f32>();
    for (var step = 0u; step < steps; step++) {
      let last = step + 1u == steps;
      let next = load_quartet(
        weights, stored, cut, share, turn, select(task, task + teams, last), select(step + 1u, 0u, last), lane,
      );
      sums += quartet_sums(quartet, cut, task, step, lane);
      quartet = next;
    }
    let totals = team_sums(sums, cut);
    if lane.index % cut.team == 0u && task < tasks {
      let at = (task / cut.split * cut.rows * cut.turns + turn) * cut.split + task % cut.split;
      let row_stride = cut.turns * cut.split;
      partials[at] = totals.x;
      if cut.rows > 1u {
        partials[at + row_stride] = totals.y;
      }
      if cut.rows > 2u {
        partials[at + 2u * row_stride] = totals.z;
        partials[at + 3u * row_stride] = totals.w;
      }
    }
  }
}

/// The product of row `row` of the share, once all turns are done and a barrier has followed.
fn row_sum(cut: Cut, row: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < cut.turns * cut.split; i++) {
    sum += partials[row * cut.turns * cut.split + i];
  }
  return sum;
}
