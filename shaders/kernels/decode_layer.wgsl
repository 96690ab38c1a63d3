// One token through a whole layer in one dispatch of as many workgroups as run at a time; between its five phases, which the
// other decode kernels make a dispatch each of, stand barriers over all of them.
// Link-time constants: WIDTH, FFN_WIDTH, HEADS, the slots of `vectors` (LN1_SLOT, LN2_SLOT, MIX_SLOT, FFN_MIX_SLOT),
// LAYER_NORM_EPSILON, the cuts of the products (…_SPLIT, …_TEAM, …_ROWS, VALUE_TURNS), and those of the imports.
// import "lib/activations"
// import "lib/grid_barrier"
// import "lib/layer_rows"
// import "lib/layer_time_mix"
// import "lib/workgroup_sums"

/// Rows of the first phase that share a token shift, and the workgroups that share them.
struct Part {
  first_group: u32,
  groups: u32,
  first_row: u32,
  rows: u32,
}

struct Shape {
  layer: u32,
  next_layer: u32,
  counting: u32, // 1: only find out how many workgroups run at a time
  padding: u32,
  parts: array<Part, 7>, // r, k, v, then the adapters' first matrices of w, a, g, v
}

@group(0) @binding(0) var<storage, read> projections: array<vec4<u32>>; // r, k, v
@group(0) @binding(1) var<storage, read> projection_scales: array<u32>;
@group(0) @binding(2) var<storage, read> output: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> output_scales: array<u32>;
@group(0) @binding(4) var<storage, read> ffn_key: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read> ffn_key_scales: array<u32>;
@group(0) @binding(6) var<storage, read> ffn_value: array<vec4<u32>>;
@group(0) @binding(7) var<storage, read> ffn_value_scales: array<u32>;
@group(0) @binding(8) var<storage, read> adapters_in: array<vec4<u32>>; // f16: w1, a1, g1, v1, each [rank][WIDTH / 8]
@group(0) @binding(10) var<storage, read> vectors: array<f32>; // [..][WIDTH]
@group(0) @binding(11) var<storage, read_write> shift: array<f32>; // [layers][2][WIDTH]
@group(0) @binding(14) var<storage, read_write> x: array<atomic<u32>>; // f32 [WIDTH]
@group(0) @binding(16) var<uniform> shape: Shape;

const QUADS = WIDTH / 4u;
const PROJ_AT = EXCHANGE_AT; // r, k, v, then the adapters' inner vectors
const GATED_AT = PROJ_AT + 3u * WIDTH + RANKS;
const HIDDEN_AT = GATED_AT + WIDTH;

const PROJECT_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, PROJECT_SPLIT, PROJECT_TEAM, PROJECT_ROWS);
const OUTPUT_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, OUTPUT_SPLIT, OUTPUT_TEAM, OUTPUT_ROWS);
const KEY_CUT = Cut(WIDTH / PIECE_COLUMNS, 1u, KEY_SPLIT, KEY_TEAM, KEY_ROWS);
const VALUE_CUT = Cut(FFN_WIDTH / PIECE_COLUMNS, VALUE_TURNS, VALUE_SPLIT, VALUE_TEAM, VALUE_ROWS);
const ADAPTER_PIECES = WIDTH / 8u;

/// Columns of a token that an invocation normalises.
const NORM_COLUMNS = (WIDTH + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;

/// For each of an invocation's columns: weight and bias of the norm, the mix, and the shift before this token.
alias NormInputs = array<vec4<f32>, NORM_COLUMNS>;

/// Asked for before x is there.
fn norm_inputs(norm_slot: u32, mix_slot: u32, shift_row: u32, lane: Lane) -> NormInputs {
  var inputs: NormInputs;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = min(i * WORKGROUP_SIZE + lane.index, WIDTH - 1u);
    inputs[i] = vec4<f32>(
      vectors[norm_slot * WIDTH + column],
      vectors[(norm_slot + 1u) * WIDTH + column],
      vectors[mix_slot * WIDTH + column],
      shift[(2u * shape.layer + shift_row) * WIDTH + column],
    );
  }
  return inputs;
}

/// The h of the rows whose shift this workgroup will store, once nobody needs the one before any more.
var<workgroup> kept: array<f32, KEPT>;

/// LN and token shift of x into the tile, for pieces of `units` units.
fn stage_normed(inputs: NormInputs, units: u32, keeping: Share, lane: Lane) {
  var own: array<f32, NORM_COLUMNS>;
  var sum = 0.0;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = i * WORKGROUP_SIZE + lane.index;
    own[i] = select(0.0, bitcast<f32>(atomicLoad(&x[min(column, WIDTH - 1u)])), column < WIDTH);
    sum += own[i];
  }
  let mean = workgroup_sum2(vec2<f32>(sum, 0.0), lane).x / f32(WIDTH);
  var squares = 0.0;
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let centred = select(0.0, own[i] - mean, i * WORKGROUP_SIZE + lane.index < WIDTH);
    squares += centred * centred;
  }
  let variance = workgroup_sum2(vec2<f32>(squares, 0.0), lane).x / f32(WIDTH);
  let scale = inverseSqrt(variance + LAYER_NORM_EPSILON);
  for (var i = 0u; i < NORM_COLUMNS; i++) {
    let column = i * WORKGROUP_SIZE + lane.index;
    if column < WIDTH {
      let h = (own[i] - mean) * scale * inputs[i].x + inputs[i].y;
      if column >= keeping.first_row && column < keeping.first_row + keeping.rows {
        kept[column - keeping.first_row] = h;
      }
      tile_put(column, units, h + (inputs[i].w - h) * inputs[i].z);
    }
  }
  workgroupBarrier();
}

/// `quads` quads of what others gave, from quad `first_quad` on, into the tile.
fn stage_given(source: u32, first_quad: u32, quads: u32, lane: Lane) {
  let columns = 4u * quads;
  let start = source + 4u * first_quad;
  for (var column = lane.index; column < columns; column += 4u * WORKGROUP_SIZE) {
    // All asked for before the first is used.
    let a = take(start + column);
    let b = take(start + min(column + WORKGROUP_SIZE, columns - 1u));
    let c = take(start + min(column + 2u * WORKGROUP_SIZE, columns - 1u));
    let d = take(start + min(column + 3u * WORKGROUP_SIZE, columns - 1u));
    tile_put(column, TILE_UNITS, a);
    if column + WORKGROUP_SIZE < columns { tile_put(column + WORKGROUP_SIZE, TILE_UNITS, b); }
    if column + 2u * WORKGROUP_SIZE < columns { tile_put(column + 2u * WORKGROUP_SIZE, TILE_UNITS, c); }
    if column + 3u * WORKGROUP_SIZE < columns { tile_put(column + 3u * WORKGROUP_SIZE, TILE_UNITS, d); }
  }
  workgroupBarrier();
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

fn adapter_pieces(row: u32, other_row: u32, piece: u32) -> AdapterPieces {
  let near = min(piece, ADAPTER_PIECES - 1u);
  let far = min(piece + SUBGROUP_SIZE, ADAPTER_PIECES - 1u);
  return AdapterPieces(
    adapters_in[row * ADAPTER_PIECES + near],
    adapters_in[row * ADAPTER_PIECES + far],
    adapters_in[other_row * ADAPTER_PIECES + near],
    adapters_in[other_row * ADAPTER_PIECES + far],
  );
}

fn first_adapter_pieces(share: Share, lane: Lane) -> AdapterPieces {
  let last = share.first_row + max(share.rows, 1u) - 1u;
  let row = min(share.first_row + 2u * lane.subgroup, last);
  return adapter_pieces(row, min(row + 1u, last), lane.subgroup_lane);
}

/// Rows of the adapters' first matrices, two for a subgroup at a time, whatever the format of the weights is.
fn adapter_rows(part: u32, share: Share, first: AdapterPieces, lane: Lane) {
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
        next_row, min(next_row + 1u, last), select(lane.subgroup_lane, piece + 2u * SUBGROUP_SIZE, further),
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
fn project(group: u32, keeping: Share, lane: Lane) {
  for (var p = 0u; p < 7u; p++) {
    let part = shape.parts[p];
    if group < part.first_group || group >= part.first_group + part.groups {
      continue;
    }
    let number = group - part.first_group;
    let inputs = norm_inputs(LN1_SLOT, MIX_SLOT + mix_of(p), 0u, lane);
    if p < 3u {
      let share = share_of(PROJECT_CUT, part.first_row, part.rows, number, part.groups);
      let first = first_quartet(&projections, &projection_scales, PROJECT_CUT, share, lane);
      stage_normed(inputs, TILE_UNITS, keeping, lane);
      quantise_whole(QUADS, lane);
      products(&projections, &projection_scales, PROJECT_CUT, share, 0u, first, lane);
      workgroupBarrier();
      for (var i = lane.index; i < share.rows; i += WORKGROUP_SIZE) {
        give(PROJ_AT + share.first_row + i, row_sum(PROJECT_CUT, i));
      }
    } else {
      let start = number * part.rows / part.groups;
      let share = Share(part.first_row + start, (number + 1u) * part.rows / part.groups - start);
      let first = first_adapter_pieces(share, lane);
      stage_normed(inputs, 2u, keeping, lane);
      adapter_rows(p, share, first, lane);
    }
    workgroupBarrier();
  }
}

/// Adds the products of a share's rows to the residual stream; the shift state takes the h that was kept.
fn add_rows(cut: Cut, share: Share, shift_row: u32, lane: Lane) {
  for (var i = lane.index; i < share.rows; i += WORKGROUP_SIZE) {
    let row = share.first_row + i;
    let before = bitcast<f32>(atomicLoad(&x[row]));
    if atomicExchange(&x[row], bitcast<u32>(before + row_sum(cut, i))) == NEVER {
      atomicStore(&exchange[STALLED_AT], 1u);
    }
    shift[(2u * shape.layer + shift_row) * WIDTH + row] = kept[i];
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
  let layer = shape.layer;
  prepare_rows(lane.index);
  if group == 0u && lane.index == 0u {
    reset_barrier(shape.next_layer);
  }

  let output_share = share_of(OUTPUT_CUT, 0u, WIDTH, group, groups);
  let value_share = share_of(VALUE_CUT, 0u, WIDTH, group, groups);
  project(group, output_share, lane);
  var head_inputs: HeadInputs;
  if group < HEADS {
    head_inputs = load_head_inputs(group, lane);
  }
  grid_barrier(1u, layer, groups, lane);

  for (var head = group; head < HEADS; head += groups) {
    if head != group {
      head_inputs = load_head_inputs(head, lane);
    }
    time_mix_head(head, head_inputs, PROJ_AT, GATED_AT, lane);
  }
  let output_first = first_quartet(&output, &output_scales, OUTPUT_CUT, output_share, lane);
  grid_barrier(2u, layer, groups, lane);

  stage_given(GATED_AT, 0u, QUADS, lane);
  quantise_whole(QUADS, lane);
  products(&output, &output_scales, OUTPUT_CUT, output_share, 0u, output_first, lane);
  workgroupBarrier();
  add_rows(OUTPUT_CUT, output_share, 0u, lane);
  let key_share = share_of(KEY_CUT, 0u, FFN_WIDTH, group, groups);
  let key_first = first_quartet(&ffn_key, &ffn_key_scales, KEY_CUT, key_share, lane);
  let key_inputs = norm_inputs(LN2_SLOT, FFN_MIX_SLOT, 1u, lane);
  grid_barrier(3u, layer, groups, lane);

  stage_normed(key_inputs, TILE_UNITS, value_share, lane);
  quantise_whole(QUADS, lane);
  products(&ffn_key, &ffn_key_scales, KEY_CUT, key_share, 0u, key_first, lane);
  workgroupBarrier();
  for (var i = lane.index; i < key_share.rows; i += WORKGROUP_SIZE) {
    give(HIDDEN_AT + key_share.first_row + i, activate(ACTIVATION_RELU_SQUARED, row_sum(KEY_CUT, i)));
  }
  let value_first = first_quartet(&ffn_value, &ffn_value_scales, VALUE_CUT, value_share, lane);
  grid_barrier(4u, layer, groups, lane);

  channel_value(value_share, value_first, lane);
  add_rows(VALUE_CUT, value_share, 1u, lane);
}

/// The products of the channel mix's second matrix: as int8 the whole input fits, as f32 a turn of it at a time.
fn channel_value(share: Share, first: Quartet, lane: Lane) {
  if INTEGER_INPUT {
    for (var quad = 0u; quad < FFN_WIDTH / 4u; quad += QUADS) {
      stage_given(HIDDEN_AT, quad, QUADS, lane);
      quantise_tile(quad, QUADS, lane.index);
      workgroupBarrier();
    }
    products(&ffn_value, &ffn_value_scales, VALUE_CUT, share, 0u, first, lane);
    workgroupBarrier();
    return;
  }
  const TURN_QUADS = FFN_WIDTH / 4u / VALUE_TURNS;
  var quartet = first;
  for (var turn = 0u; turn < VALUE_TURNS; turn++) {
    stage_given(HIDDEN_AT, turn * TURN_QUADS, TURN_QUADS, lane);
    products(&ffn_value, &ffn_value_scales, VALUE_CUT, share, turn, quartet, lane);
    if turn + 1u < VALUE_TURNS {
      quartet = load_quartet(
        &ffn_value, &ffn_value_scales, VALUE_CUT, share, turn + 1u, team_of(VALUE_CUT, lane), 0u, lane,
      );
    }
    workgroupBarrier();
  }
}
