// One token through some layers in one dispatch of as many workgroups as run at a time. Of each layer there are five phases,
// which the other decode kernels make a dispatch each of; between them workgroups wait for what others give.
// Link-time constants: HEADS, the slots of `vectors` (LN1_SLOT, LN2_SLOT, MIX_SLOT, FFN_MIX_SLOT), LAYER_NORM_EPSILON, KEPT,
// MOST_TASKS, the cuts of the products (…_SPLIT, …_TEAM, …_ROWS, VALUE_TURNS), and those of the imports.
// import "lib/activations"
// import "lib/layer_places"
// import "lib/layer_time_mix"
// import "lib/workgroup_moments"

/// Rows of the first phase that a workgroup computes; all of a part share a token shift.
struct Task {
  part: u32, // r, k, v, then the adapters' first matrices of w, a, g, v
  first_row: u32,
  rows: u32,
  padding: u32,
}

struct Shape {
  first_layer: u32,
  layers: u32,
  counting: u32, // 1: only find out how many workgroups run at a time
  tasks_of_group: u32,
  tasks: array<Task, MOST_TASKS>, // of the first workgroup, of the second, …
}

@group(0) @binding(0) var<storage, read> projections: array<vec4<u32>>; // of each layer r, k, v
@group(0) @binding(1) var<storage, read> output: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> ffn_key: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> ffn_value: array<vec4<u32>>;
// f16: of each layer w1, a1, g1, v1, each [rank][WIDTH / 8]
@group(0) @binding(5) var<storage, read> adapters_in: array<vec4<u32>>;
@group(0) @binding(8) var<storage, read_write> shift: array<f32>; // [layers][2][WIDTH]
@group(0) @binding(10) var<storage, read_write> x: array<f32>; // [WIDTH]: before the first layer, then after the last
@group(0) @binding(12) var<uniform> shape: Shape;

const QUADS = WIDTH / 4u;

const PROJECT_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, PROJECT_SPLIT, PROJECT_TEAM, PROJECT_ROWS);
const OUTPUT_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, OUTPUT_SPLIT, OUTPUT_TEAM, OUTPUT_ROWS);
const KEY_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, KEY_SPLIT, KEY_TEAM, KEY_ROWS);
/// As int8 the whole input of the channel mix's second matrix fits, whatever the turns in which it goes through the tile.
const VALUE_CUT = Cut(FFN_WIDTH / PIECE_COLUMNS, select(VALUE_TURNS, 1u, INTEGER_INPUT), VALUE_SPLIT, VALUE_TEAM, VALUE_ROWS);
const ADAPTER_PIECES = WIDTH / 8u;

/// Columns of a token that an invocation normalises.
const NORM_COLUMNS = (WIDTH + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;

/// For each of an invocation's columns: weight and bias of the norm, the mix, and the shift before this token.
alias NormInputs = array<vec4<f32>, NORM_COLUMNS>;

/// Asked for before x is there.
fn norm_inputs(layer: Layer, norm_slot: u32, mix_slot: u32, shift_row: u32, lane: Lane) -> NormInputs {
  var inputs: NormInputs;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = min(i * WORKGROUP_SIZE + lane.index, WIDTH - 1u);
    inputs[i] = vec4<f32>(
      vectors[vector_place(layer, norm_slot) + column],
      vectors[vector_place(layer, norm_slot + 1u) + column],
      vectors[vector_place(layer, mix_slot) + column],
      shift[(2u * layer.index + shift_row) * WIDTH + column],
    );
  }
  return inputs;
}

/// x and h of the rows that this workgroup will add to, and whose shift it will store once nobody needs the one before.
var<workgroup> kept: array<vec2<f32>, KEPT>;

/// LN and token shift into the tile, for pieces of `units` units, of what is given from `words_at` on, or of `x` before the
/// first layer of a dispatch.
fn stage_normed(first: bool, words_at: u32, inputs: NormInputs, units: u32, keeping: Share, lane: Lane) {
  var own: array<f32, NORM_COLUMNS>;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = i * WORKGROUP_SIZE + lane.index;
    if column < WIDTH {
      if first {
        own[i] = x[column];
      } else {
        own[i] = take(words_at + column);
      }
    }
  }
  let moments = workgroup_moments(&own, lane);
  let scale = inverseSqrt(moments.y + LAYER_NORM_EPSILON);
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = i * WORKGROUP_SIZE + lane.index;
    if column < WIDTH {
      let h = (own[i] - moments.x) * scale * inputs[i].x + inputs[i].y;
      if column >= keeping.first_row && column < keeping.first_row + keeping.rows {
        kept[column - keeping.first_row] = vec2<f32>(own[i], h);
      }
      tile_put(column, units, h + (inputs[i].w - h) * inputs[i].z);
    }
  }
  workgroupBarrier();
}

/// `quads` quads of what others give, from quad `first_quad` on, into the tile.
fn stage_given(words_at: u32, first_quad: u32, quads: u32, lane: Lane) {
  let columns = 4u * quads;
  let start = words_at + 4u * first_quad;
  for (var block = 0u; block < columns; block += 6u * WORKGROUP_SIZE) {
    // All asked for before the first is used.
    let a = take_column(start, block, columns, lane);
    let b = take_column(start, block + WORKGROUP_SIZE, columns, lane);
    let c = take_column(start, block + 2u * WORKGROUP_SIZE, columns, lane);
    let d = take_column(start, block + 3u * WORKGROUP_SIZE, columns, lane);
    let e = take_column(start, block + 4u * WORKGROUP_SIZE, columns, lane);
    let f = take_column(start, block + 5u * WORKGROUP_SIZE, columns, lane);
    put_column(block, columns, a, lane);
    put_column(block + WORKGROUP_SIZE, columns, b, lane);
    put_column(block + 2u * WORKGROUP_SIZE, columns, c, lane);
    put_column(block + 3u * WORKGROUP_SIZE, columns, d, lane);
    put_column(block + 4u * WORKGROUP_SIZE, columns, e, lane);
    put_column(block + 5u * WORKGROUP_SIZE, columns, f, lane);
  }
  workgroupBarrier();
}

/// This invocation's column of a block of WORKGROUP_SIZE, if there are so many columns.
fn take_column(start: u32, block: u32, columns: u32, lane: Lane) -> f32 {
  if block >= columns {
    return 0.0;
  }
  return take(start + min(block + lane.index, columns - 1u));
}

fn put_column(block: u32, columns: u32, value: f32, lane: Lane) {
  if block + lane.index < columns {
    tile_put(block + lane.index, TILE_UNITS, value);
  }
}

/// The int8 form of a whole input that is in the tile, where the weights want it.
fn quantise_whole(quads: u32, lane: Lane) {
  if INTEGER_INPUT {
    quantise_tile(0u, quads, lane.index);
    workgroupBarrier();
  }
}

/// Which mix, in the order r w k v a g, a part of the first phase takes.
fn mix_of(part: u32) -> u32 {
  const MIXES = array<u32, 7>(0u, 2u, 3u, 1u, 4u, 5u, 3u);
  return MIXES[part];
}

fn adapter_in_dot(w: vec4<u32>, piece: u32) -> f32 {
  if piece >= ADAPTER_PIECES {
    return 0.0;
  }
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), tile[piece]) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), tile[TILE_QUADS / 2u + piece]);
}

/// Two neighbouring pieces of a subgroup's lane in each of two rows.
struct AdapterPieces {
  a: vec4<u32>,
  b: vec4<u32>,
  c: vec4<u32>,
  d: vec4<u32>,
}

fn adapter_pieces(layer: Layer, row: u32, other_row: u32, piece: u32) -> AdapterPieces {
  let near = min(piece, ADAPTER_PIECES - 1u);
  let far = min(piece + SUBGROUP_SIZE, ADAPTER_PIECES - 1u);
  let at = (layer.place * RANKS + row) * ADAPTER_PIECES;
  let other_at = (layer.place * RANKS + other_row) * ADAPTER_PIECES;
  return AdapterPieces(
    adapters_in[at + near], adapters_in[at + far], adapters_in[other_at + near], adapters_in[other_at + far],
  );
}

fn first_adapter_pieces(layer: Layer, share: Share, lane: Lane) -> AdapterPieces {
  let last = share.first_row + max(share.rows, 1u) - 1u;
  let row = min(share.first_row + 2u * lane.subgroup, last);
  return adapter_pieces(layer, row, min(row + 1u, last), lane.subgroup_lane);
}

/// Rows of the adapters' first matrices, two for a subgroup at a time, whatever the format of the weights is.
fn adapter_rows(layer: Layer, part: u32, share: Share, first: AdapterPieces, lane: Lane) {
  const SUBGROUPS = WORKGROUP_SIZE / SUBGROUP_SIZE;
  let last = share.first_row + max(share.rows, 1u) - 1u;
  var pieces = first;
  for (var round = 0u; round * 2u * SUBGROUPS < share.rows; round++) {
    let row = share.first_row + 2u * (round * SUBGROUPS + lane.subgroup);
    var sums = vec2<f32>();
    for (var piece = lane.subgroup_lane; piece < ADAPTER_PIECES; piece += 2u * SUBGROUP_SIZE) {
      let further = piece + 2u * SUBGROUP_SIZE < ADAPTER_PIECES;
      let next_row = min(select(row + 2u * SUBGROUPS, row, further), last);
      let next = adapter_pieces(
        layer, next_row, min(next_row + 1u, last), select(lane.subgroup_lane, piece + 2u * SUBGROUP_SIZE, further),
      );
      sums += vec2<f32>(
        adapter_in_dot(pieces.a, piece) + adapter_in_dot(pieces.b, piece + SUBGROUP_SIZE),
        adapter_in_dot(pieces.c, piece) + adapter_in_dot(pieces.d, piece + SUBGROUP_SIZE),
      );
      pieces = next;
    }
    let totals = subgroupAdd(sums);
    let own = row + lane.subgroup_lane;
    if lane.subgroup_lane < 2u && own <= last {
      var value = select(totals.x, totals.y, lane.subgroup_lane == 1u);
      if part == 3u { value = activate(ACTIVATION_TANH, value); }
      if part == 5u { value = sigmoid(value); }
      give(PROJ_AT + 3u * WIDTH + own, value);
    }
  }
}

/// r, k, v and the adapters' inner vectors.
fn project(layer: Layer, group: u32, groups: u32, keeping: Share, lane: Lane) {
  for (var i = 0u; i < shape.tasks_of_group; i++) {
    let task = shape.tasks[group * shape.tasks_of_group + i];
    let share = Share(task.first_row, task.rows);
    let inputs = norm_inputs(layer, LN1_SLOT, MIX_SLOT + mix_of(task.part), 0u, lane);
    if task.part < 3u {
      let stored = projections_of(layer);
      let first = first_quartet(&projections, stored, PROJECT_CUT, share, lane);
      wait_for(layer, AFTER, 1u, groups, lane);
      stage_normed(layer.place == 0u, AFTER_AT, inputs, TILE_UNITS, keeping, lane);
      quantise_whole(QUADS, lane);
      products(&projections, stored, PROJECT_CUT, share, 0u, first, lane);
      workgroupBarrier();
      for (var row = lane.index; row < share.rows; row += WORKGROUP_SIZE) {
        give(PROJ_AT + share.first_row + row, row_sum(PROJECT_CUT, row));
      }
    } else {
      let first = first_adapter_pieces(layer, share, lane);
      wait_for(layer, AFTER, 1u, groups, lane);
      stage_normed(layer.place == 0u, AFTER_AT, inputs, 2u, keeping, lane);
      adapter_rows(layer, task.part, share, first, lane);
    }
    workgroupBarrier();
  }
  given(layer, PROJ, lane);
}

/// Adds the products of a share's rows to what was kept of the residual stream, and gives the sums, or stores them in `x`
/// where no layer follows; the shift state takes the h that was kept.
fn add_rows(layer: Layer, cut: Cut, share: Share, shift_row: u32, words_at: u32, last: bool, lane: Lane) {
  for (var i = lane.index; i < share.rows; i += WORKGROUP_SIZE) {
    let row = share.first_row + i;
    let sum = kept[i].x + row_sum(cut, i);
    if last {
      x[row] = sum;
    } else {
      give(words_at + row, sum);
    }
    shift[(2u * layer.index + shift_row) * WIDTH + row] = kept[i].y;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, lane: Lane) {
  if shape.counting != 0u {
    count_resident(lane);
    return;
  }
  let group = id.x;
  let groups = count.x;
  prepare_rows(lane.index);
  let turn = begin_turn(lane);
  for (var place = 0u; place < shape.layers; place++) {
    let index = shape.first_layer + place;
    let layer = Layer(index, place, turn);
    time_mix(layer, group, groups, lane);
    channel_mix(layer, group, groups, place + 1u == shape.layers, lane);
  }
  if group == 0u {
    end_turn(turn, lane);
  }
}

fn time_mix(layer: Layer, group: u32, groups: u32, lane: Lane) {
  let share = share_of(OUTPUT_CUT, 0u, WIDTH, group, groups);
  project(layer, group, groups, share, lane);
  let first_head = group * HEADS / groups;
  let end_head = (group + 1u) * HEADS / groups;
  for (var head = first_head; head < end_head; head++) {
    let inputs = load_head_inputs(layer, head, lane);
    if head == first_head { wait_for(layer, PROJ, 0u, groups, lane); }
    time_mix_head(layer, head, inputs, lane);
  }
  if first_head < end_head { given(layer, GATED, lane); }
  let first = first_quartet(&output, output_of(layer), OUTPUT_CUT, share, lane);
  wait_for(layer, GATED, 0u, min(groups, HEADS), lane);
  stage_given(GATED_AT, 0u, QUADS, lane);
  quantise_whole(QUADS, lane);
  products(&output, output_of(layer), OUTPUT_CUT, share, 0u, first, lane);
  workgroupBarrier();
  add_rows(layer, OUTPUT_CUT, share, 0u, MIDDLE_AT, false, lane);
  given(layer, MIDDLE, lane);
}

fn channel_mix(layer: Layer, group: u32, groups: u32, last: bool, lane: Lane) {
  let value_share = share_of(VALUE_CUT, 0u, WIDTH, group, groups);
  let share = share_of(KEY_CUT, 0u, FFN_WIDTH, group, groups);
  let first = first_quartet(&ffn_key, ffn_key_of(layer), KEY_CUT, share, lane);
  let inputs = norm_inputs(layer, LN2_SLOT, FFN_MIX_SLOT, 1u, lane);
  wait_for(layer, MIDDLE, 0u, groups, lane);
  stage_normed(false, MIDDLE_AT, inputs, TILE_UNITS, value_share, lane);
  quantise_whole(QUADS, lane);
  products(&ffn_key, ffn_key_of(layer), KEY_CUT, share, 0u, first, lane);
  workgroupBarrier();
  for (var i = lane.index; i < share.rows; i += WORKGROUP_SIZE) {
    give(HIDDEN_AT + share.first_row + i, activate(ACTIVATION_RELU_SQUARED, row_sum(KEY_CUT, i)));
  }
  given(layer, HIDDEN, lane);
  let value_first = first_quartet(&ffn_value, ffn_value_of(layer), VALUE_CUT, value_share, lane);
  wait_for(layer, HIDDEN, 0u, groups, lane);
  channel_value(layer, value_share, value_first, lane);
  add_rows(layer, VALUE_CUT, value_share, 1u, AFTER_AT, last, lane);
  if !last { given(layer, AFTER, lane); }
}

/// The products of the channel mix's second matrix.
fn channel_value(layer: Layer, share: Share, first: Quartet, lane: Lane) {
  const TURN_QUADS = FFN_WIDTH / 4u / VALUE_TURNS;
  let stored = ffn_value_of(layer);
  if INTEGER_INPUT {
    for (var turn = 0u; turn < VALUE_TURNS; turn++) {
      stage_given(HIDDEN_AT, turn * TURN_QUADS, TURN_QUADS, lane);
      quantise_tile(turn * TURN_QUADS, TURN_QUADS, lane.index);
      workgroupBarrier();
    }
    products(&ffn_value, stored, VALUE_CUT, share, 0u, first, lane);
    workgroupBarrier();
    return;
  }
  var quartet = first;
  for (var turn = 0u; turn < VALUE_TURNS; turn++) {
    stage_given(HIDDEN_AT, turn * TURN_QUADS, TURN_QUADS, lane);
    products(&ffn_value, stored, VALUE_CUT, share, turn, quartet, lane);
    if turn + 1u < VALUE_TURNS {
      quartet = load_quartet(&ffn_value, stored, VALUE_CUT, share, turn + 1u, team_of(VALUE_CUT, lane), 0u, lane);
    }
    workgroupBarrier();
  }
}
