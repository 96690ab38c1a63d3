// One token: h = LN(x), token shift, and W·(h + (previous h − h)·μ) for many rows, in one dispatch. Every workgroup makes
// h for itself: cheaper than a dispatch of its own. For the time mix the rows are r, k, v and, of the low-rank adapters,
// the first matrices of w, a, g and v; for the channel mix they are the key matrix; for the head, the vocabulary.
// Link-time constants: COLUMNS (= the width), ROWS (of weights), ROWS_PER_MIX, TOKEN_SHIFT, ACTIVATION, INTEGER_INPUT,
// INTEGER_OUTPUT, OUTPUT_UNITS_PER_PIECE (1: rows in order), GROUPS (of the dispatch), DECAY_RANK, ICLR_RANK, GATE_RANK, VALUE_RANK (all 0 without adapters), LAYER_NORM_EPSILON, and those of
// the imports.
// import "lib/lane_subgroup"
// import "lib/reduce_subgroup"
// import "lib/input_tile"
// import "lib/team_rows"
// import "lib/activations"

struct Shape {
  norm_offset: u32, // in vectors, in vec4: weight, then bias
  mix_offset: u32, // in vectors, in vec4: the mixes, in the order r w k v a g
  shift_offset: u32, // in shift, in vec4
}

@group(0) @binding(2) var<storage, read> adapters: array<vec4<u32>>; // f16 [DECAY_RANK + ICLR_RANK + …][COLUMNS / 8]
@group(0) @binding(3) var<storage, read> x: array<vec4<f32>>; // [COLUMNS / 4]
@group(0) @binding(4) var<storage, read> vectors: array<vec4<f32>>; // [..][COLUMNS / 4]
@group(0) @binding(5) var<storage, read> shift: array<vec4<f32>>; // [layers][2][COLUMNS / 4], before this token
@group(0) @binding(6) var<storage, read_write> normed: array<vec4<f32>>; // [COLUMNS / 4]: h, the shift after this token
// f32 bit patterns: [ROWS], then the adapters' inner vectors [RANKS]; or int8: [ROWS / 4] words, then f32 [ROWS / 32] scales.
@group(0) @binding(7) var<storage, read_write> out: array<u32>;
@group(0) @binding(8) var<uniform> shape: Shape;

const WEIGHT_GROUPS = ROWS / ROWS_PER_GROUP;
const RANKS = DECAY_RANK + ICLR_RANK + GATE_RANK + VALUE_RANK;
const BLOCKS = WEIGHT_GROUPS + RANKS / ROWS_PER_GROUP;
const ADAPTER_PIECES = COLUMNS / 8u;

/// A block of rows: its first row, and which mix its input is.
struct Rows {
  first_row: u32,
  mix: u32,
}

fn rows_of(block: u32) -> Rows {
  if block < WEIGHT_GROUPS {
    let row = block * ROWS_PER_GROUP;
    let third = row / ROWS_PER_MIX;
    return Rows(row, third + min(third, 1u)); // r, k, v are mixes 0, 2, 3
  }
  let row = (block - WEIGHT_GROUPS) * ROWS_PER_GROUP;
  var mix = 1u;
  if row >= DECAY_RANK { mix = 4u; }
  if row >= DECAY_RANK + ICLR_RANK { mix = 5u; }
  if row >= DECAY_RANK + ICLR_RANK + GATE_RANK { mix = 3u; }
  return Rows(row, mix);
}

/// LN and token shift into the tile; whoever has the first block also keeps h.
fn stage(mix: u32, keeps: bool, lane: Lane) {
  var sum = vec4<f32>();
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    let own = x[q];
    tile[tile_place(q)] = own;
    sum += own;
  }
  let mean = workgroup_sum4(vec4<f32>(dot(sum, vec4<f32>(1.0)), 0.0, 0.0, 0.0), lane).x / f32(COLUMNS);
  var squares = vec4<f32>();
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    let centred = input4(q) - mean;
    squares += centred * centred;
  }
  let variance = workgroup_sum4(vec4<f32>(dot(squares, vec4<f32>(1.0)), 0.0, 0.0, 0.0), lane).x / f32(COLUMNS);
  let scale = inverseSqrt(variance + LAYER_NORM_EPSILON);
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    var h = (input4(q) - mean) * scale * vectors[shape.norm_offset + q] + vectors[shape.norm_offset + QUADS + q];
    if TOKEN_SHIFT {
      if keeps {
        normed[q] = h;
      }
      h += (shift[shape.shift_offset + q] - h) * vectors[shape.mix_offset + mix * QUADS + q];
    }
    tile[tile_place(q)] = h;
  }
  workgroupBarrier();
}

/// As team_rows, for the adapters' f16 whatever the format of the weights is.
fn adapter_rows(first_row: u32, lane: Lane) -> vec4<f32> {
  var sums = vec4<f32>();
  for (var piece = member_of(lane).index; piece < ADAPTER_PIECES; piece += TEAM) {
    let low4 = input4(2u * piece);
    let high4 = input4(2u * piece + 1u);
    let at = first_row * ADAPTER_PIECES + piece;
    sums.x += adapter_dot(at, low4, high4);
    if ROWS_PER_TEAM > 1u {
      sums.y += adapter_dot(at + ADAPTER_PIECES, low4, high4);
    }
    if ROWS_PER_TEAM > 2u {
      sums.z += adapter_dot(at + 2u * ADAPTER_PIECES, low4, high4);
      sums.w += adapter_dot(at + 3u * ADAPTER_PIECES, low4, high4);
    }
  }
  return team_sums(sums, lane);
}

fn adapter_dot(at: u32, low4: vec4<f32>, high4: vec4<f32>) -> f32 {
  let w = adapters[at];
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), low4) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), high4);
}

var<workgroup> results: array<f32, ROWS_PER_GROUP>;

/// The workgroup's rows as int8 in blocks of 32.
fn store_integers(block_number: u32, index: u32) {
  if index >= ROWS_PER_GROUP / 4u {
    return;
  }
  let block = index / 8u;
  var largest = 0.0;
  for (var i = 0u; i < 32u; i++) {
    largest = max(largest, abs(results[32u * block + i]));
  }
  let scale = int8_scale(largest);
  let values = vec4<f32>(results[4u * index], results[4u * index + 1u], results[4u * index + 2u], results[4u * index + 3u]);
  let word = block_number * (ROWS_PER_GROUP / 4u) + index;
  out[4u * unit_place(word / 4u, ROWS / 16u, OUTPUT_UNITS_PER_PIECE) + word % 4u] = to_int8(values, scale);
  if index % 8u == 0u {
    out[ROWS / 4u + block_number * (ROWS_PER_GROUP / 32u) + block] = bitcast<u32>(scale);
  }
}

/// Where row `row` of the weights goes in `out`.
fn out_place(row: u32) -> u32 {
  return 4u * unit_place(row / 4u, ROWS / 4u, OUTPUT_UNITS_PER_PIECE) + row % 4u;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) id: vec3<u32>, lane: Lane) {
  let member = member_of(lane);
  let own = member.team * ROWS_PER_TEAM;
  // A workgroup takes its share of the blocks of rows, so that it makes h once for several.
  let first = id.x * BLOCKS / GROUPS;
  let end = (id.x + 1u) * BLOCKS / GROUPS;
  // Weights are asked for a block ahead: they are on their way while the input is made.
  var quartet = first_quartet(min(first, WEIGHT_GROUPS - 1u) * ROWS_PER_GROUP + own, lane);
  prepare_rows(lane.index);
  var staged = 6u; // no mix
  for (var block = first; block < end; block++) {
    let rows = rows_of(block);
    if rows.mix != staged {
      workgroupBarrier();
      stage(rows.mix, block == 0u, lane);
      quantise_tile(lane.index);
      workgroupBarrier();
      staged = rows.mix;
    }
    if block < WEIGHT_GROUPS {
      let next = first_quartet(min(block + 1u, WEIGHT_GROUPS - 1u) * ROWS_PER_GROUP + own, lane);
      let sums = team_rows(rows.first_row + own, quartet, lane);
      quartet = next;
      if member.index == 0u {
        store_row(rows.first_row, own, sums.x);
        if ROWS_PER_TEAM > 1u {
          store_row(rows.first_row, own + 1u, sums.y);
        }
        if ROWS_PER_TEAM > 2u {
          store_row(rows.first_row, own + 2u, sums.z);
          store_row(rows.first_row, own + 3u, sums.w);
        }
      }
      if INTEGER_OUTPUT {
        workgroupBarrier();
        store_integers(block, lane.index);
        workgroupBarrier();
      }
    } else {
      let sums = adapter_rows(rows.first_row + own, lane);
      if member.index == 0u {
        store_inner(rows, own, sums.x);
        if ROWS_PER_TEAM > 1u {
          store_inner(rows, own + 1u, sums.y);
        }
        if ROWS_PER_TEAM > 2u {
          store_inner(rows, own + 2u, sums.z);
          store_inner(rows, own + 3u, sums.w);
        }
      }
    }
  }
}

fn store_row(first_row: u32, own: u32, sum: f32) {
  let value = activate(ACTIVATION, sum);
  if INTEGER_OUTPUT {
    results[own] = value;
  } else {
    out[out_place(first_row + own)] = bitcast<u32>(value);
  }
}

/// One element of an adapter's inner vector: of w through tanh, of g through the sigmoid.
fn store_inner(rows: Rows, own: u32, sum: f32) {
  var value = sum;
  if rows.mix == 1u { value = activate(ACTIVATION_TANH, value); }
  if rows.mix == 5u { value = sigmoid(value); }
  out[ROWS + rows.first_row + own] = bitcast<u32>(value);
}
