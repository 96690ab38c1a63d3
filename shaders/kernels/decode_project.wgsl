// One token: h = LN(x), token shift, and W·(h + (previous h − h)·μ) for many rows, in one dispatch. Every workgroup makes
// h for itself: cheaper than a dispatch of its own. For the time mix the rows are r, k, v and, of the low-rank adapters,
// the first matrices of w, a, g and v; for the channel mix they are the key matrix; for the head, the vocabulary.
// Link-time constants: COLUMNS (= the width), ROWS (of weights), ROWS_PER_MIX, TOKEN_SHIFT, ACTIVATION, INTEGER_INPUT,
// INTEGER_OUTPUT, DECAY_RANK, ICLR_RANK, GATE_RANK, VALUE_RANK (all 0 without adapters), LAYER_NORM_EPSILON, and those of
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
const ADAPTER_PIECES = COLUMNS / 8u;

/// What a workgroup computes: its first row, and which mix its input is.
struct Part {
  first_row: u32,
  mix: u32,
}

fn part_of(group: u32) -> Part {
  if group < WEIGHT_GROUPS {
    let row = group * ROWS_PER_GROUP;
    let third = row / ROWS_PER_MIX;
    return Part(row, third + min(third, 1u)); // r, k, v are mixes 0, 2, 3
  }
  let row = (group - WEIGHT_GROUPS) * ROWS_PER_GROUP;
  var mix = 1u;
  if row >= DECAY_RANK { mix = 4u; }
  if row >= DECAY_RANK + ICLR_RANK { mix = 5u; }
  if row >= DECAY_RANK + ICLR_RANK + GATE_RANK { mix = 3u; }
  return Part(row, mix);
}

/// LN and token shift into the tile; workgroup 0 also keeps h.
fn stage(mix: u32, first_group: bool, lane: Lane) {
  var sum = vec4<f32>();
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    let own = x[q];
    tile[q] = own;
    sum += own;
  }
  let mean = workgroup_sum4(vec4<f32>(dot(sum, vec4<f32>(1.0)), 0.0, 0.0, 0.0), lane).x / f32(COLUMNS);
  var squares = vec4<f32>();
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    let centred = tile[q] - mean;
    squares += centred * centred;
  }
  let variance = workgroup_sum4(vec4<f32>(dot(squares, vec4<f32>(1.0)), 0.0, 0.0, 0.0), lane).x / f32(COLUMNS);
  let scale = inverseSqrt(variance + LAYER_NORM_EPSILON);
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    var h = (tile[q] - mean) * scale * vectors[shape.norm_offset + q] + vectors[shape.norm_offset + QUADS + q];
    if TOKEN_SHIFT {
      if first_group {
        normed[q] = h;
      }
      h += (shift[shape.shift_offset + q] - h) * vectors[shape.mix_offset + mix * QUADS + q];
    }
    tile[q] = h;
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
fn store_integers(group: u32, index: u32) {
  workgroupBarrier();
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
  out[group * (ROWS_PER_GROUP / 4u) + index] = to_int8(values, scale);
  if index % 8u == 0u {
    out[ROWS / 4u + group * (ROWS_PER_GROUP / 32u) + block] = bitcast<u32>(scale);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, lane: Lane) {
  let group = id.y * count.x + id.x;
  if group >= WEIGHT_GROUPS + RANKS / ROWS_PER_GROUP {
    return;
  }
  prepare_rows(lane.index);
  let part = part_of(group);
  stage(part.mix, group == 0u, lane);
  let member = member_of(lane);
  let own = member.team * ROWS_PER_TEAM;
  if group < WEIGHT_GROUPS {
    quantise_tile(lane.index);
    workgroupBarrier();
    let sums = team_rows(part.first_row + own, lane);
    if member.index == 0u {
      for (var r = 0u; r < ROWS_PER_TEAM; r++) {
        let value = activate(ACTIVATION, sums[r]);
        if INTEGER_OUTPUT {
          results[own + r] = value;
        } else {
          out[part.first_row + own + r] = bitcast<u32>(value);
        }
      }
    }
    if INTEGER_OUTPUT {
      store_integers(group, lane.index);
    }
  } else {
    let sums = adapter_rows(part.first_row + own, lane);
    if member.index == 0u {
      for (var r = 0u; r < ROWS_PER_TEAM; r++) {
        var value = sums[r];
        if part.mix == 1u { value = activate(ACTIVATION_TANH, value); }
        if part.mix == 5u { value = sigmoid(value); }
        out[ROWS + part.first_row + own + r] = bitcast<u32>(value);
      }
    }
  }
}
