// One token of the time mix of one head: the second matrices of the low-rank adapters, the WKV step (see time_mix.wgsl),
// group norm, bonus and gate. Four invocations share a row of the state and a channel.
// Link-time constants: HEAD_SIZE (64), WIDTH, WORKGROUP_SIZE (= 4 · HEAD_SIZE), DECAY_RANK, ICLR_RANK, GATE_RANK, VALUE_RANK
// (multiples of 32; VALUE_RANK is 0 in the first layer), FIRST_LAYER, INTEGER_OUTPUT, OUTPUT_UNITS_PER_PIECE,
// DECAY_SCALE, GROUP_NORM_EPSILON.
// import "lib/activations"
// import "lib/input_quantise"
// import "lib/piece_order"
// import "lib/lane_subgroup"
// import "lib/reduce_subgroup"

struct Shape {
  bias_offset: u32, // in vectors: w0, a0, v0, k_k, k_a, r_k, ln_x.weight, ln_x.bias, each [WIDTH]
}

@group(0) @binding(0) var<storage, read> proj: array<f32>; // r, k, v: [3][WIDTH], then the inner vectors of w, a, g, v [RANKS]
@group(0) @binding(1) var<storage, read> adapters: array<vec4<u32>>; // f16: w2, a2, g2, v2, each [WIDTH][rank / 8]
@group(0) @binding(2) var<storage, read> vectors: array<f32>; // [..][WIDTH]
@group(0) @binding(3) var<storage, read_write> v_first: array<f32>; // [WIDTH]
@group(0) @binding(4) var<storage, read_write> wkv: array<vec4<f32>>; // [heads][HEAD_SIZE value][HEAD_SIZE / 4 key]
@group(0) @binding(5) var<storage, read_write> out: array<u32>; // y ∘ g: f32 [WIDTH], or [WIDTH / 4] words of int8, then f32 [WIDTH / 32] scales
@group(0) @binding(6) var<uniform> shape: Shape;

const SHARE = 4u;
const QUADS = HEAD_SIZE / 4u;
const RANKS = DECAY_RANK + ICLR_RANK + GATE_RANK + VALUE_RANK;

var<workgroup> low_tile: array<vec4<f32>, RANKS / 4u>;
var<workgroup> partials: array<vec4<f32>, WORKGROUP_SIZE>;
var<workgroup> r_shared: array<vec4<f32>, QUADS>;
var<workgroup> w_shared: array<vec4<f32>, QUADS>;
var<workgroup> k_shared: array<vec4<f32>, QUADS>;
var<workgroup> z_shared: array<vec4<f32>, QUADS>;
var<workgroup> b_shared: array<vec4<f32>, QUADS>;
var<workgroup> channel_values: array<array<f32, 5>, HEAD_SIZE>;
var<workgroup> results: array<f32, HEAD_SIZE>;

/// The product of a piece of an adapter's row with its inner vector; 0 past the row's end.
fn adapter_dot(w: vec4<u32>, piece: u32, pieces: u32, low_offset: u32) -> f32 {
  if piece >= pieces {
    return 0.0;
  }
  let at = low_offset / 4u + 2u * piece;
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), low_tile[at]) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), low_tile[at + 1u]);
}

/// This invocation's part of row `channel` of one adapter's second matrix, times its inner vector: four pieces at a time,
/// so that their loads are under way together.
fn adapter_part(base: u32, rank: u32, low_offset: u32, channel: u32, part: u32) -> f32 {
  let pieces = rank / 8u;
  let row = base + channel * pieces;
  let last = pieces - 1u;
  var sum = 0.0;
  for (var piece = part; piece < pieces; piece += 4u * SHARE) {
    let a = adapters[row + piece];
    let b = adapters[row + min(piece + SHARE, last)];
    let c = adapters[row + min(piece + 2u * SHARE, last)];
    let d = adapters[row + min(piece + 3u * SHARE, last)];
    sum += adapter_dot(a, piece, pieces, low_offset) + adapter_dot(b, piece + SHARE, pieces, low_offset) +
      adapter_dot(c, piece + 2u * SHARE, pieces, low_offset) + adapter_dot(d, piece + 3u * SHARE, pieces, low_offset);
  }
  return sum;
}

/// Sums a value over the invocations that share a row; all four get the sum. Every invocation must call.
fn shared_sum(own: vec4<f32>, index: u32) -> vec4<f32> {
  partials[index] = own;
  workgroupBarrier();
  let first = index / SHARE * SHARE;
  let sum = partials[first] + partials[first + 1u] + partials[first + 2u] + partials[first + 3u];
  workgroupBarrier();
  return sum;
}

fn vector(slot: u32, channel: u32) -> f32 {
  return vectors[shape.bias_offset + slot * WIDTH + channel];
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let p = lane.index / SHARE; // row of the state, channel of the head
  let part = lane.index % SHARE;
  let channel = group.x * HEAD_SIZE + p;
  let state_row = channel * QUADS + part;

  // Asked for first, needed last.
  let s0 = wkv[state_row];
  let s1 = wkv[state_row + SHARE];
  let s2 = wkv[state_row + 2u * SHARE];
  let s3 = wkv[state_row + 3u * SHARE];
  let r = proj[channel];
  let k_raw = proj[WIDTH + channel];
  var v = proj[2u * WIDTH + channel];
  for (var q = lane.index; q < RANKS / 4u; q += WORKGROUP_SIZE) {
    let at = 3u * WIDTH + 4u * q;
    low_tile[q] = vec4<f32>(proj[at], proj[at + 1u], proj[at + 2u], proj[at + 3u]);
  }
  workgroupBarrier();

  const A2 = WIDTH * DECAY_RANK / 8u;
  const G2 = A2 + WIDTH * ICLR_RANK / 8u;
  const V2 = G2 + WIDTH * GATE_RANK / 8u;
  var own = vec4<f32>(
    adapter_part(0u, DECAY_RANK, 0u, channel, part),
    adapter_part(A2, ICLR_RANK, DECAY_RANK, channel, part),
    adapter_part(G2, GATE_RANK, DECAY_RANK + ICLR_RANK, channel, part),
    0.0,
  );
  if !FIRST_LAYER {
    own.w = adapter_part(V2, VALUE_RANK, DECAY_RANK + ICLR_RANK + GATE_RANK, channel, part);
  }
  let adapted = shared_sum(own, lane.index);
  // Decay in f32 from its logit: a w near 1 does not survive 16 bits.
  let w = exp(-DECAY_SCALE * sigmoid(vector(0u, channel) + adapted.x));
  let a = sigmoid(vector(1u, channel) + adapted.y);
  let gate = adapted.z;
  if FIRST_LAYER {
    if part == 0u {
      v_first[channel] = v;
    }
  } else {
    v += (v_first[channel] - v) * sigmoid(vector(2u, channel) + adapted.w);
  }
  let kappa_raw = k_raw * vector(3u, channel);
  let k = k_raw * (1.0 + (a - 1.0) * vector(4u, channel));
  // All four invocations of a channel hold the same numbers; one of them counts.
  let counted = select(0.0, 1.0, part == 0u);
  let sums = workgroup_sum4(counted * vec4<f32>(kappa_raw * kappa_raw, r * k * vector(5u, channel), 0.0, 0.0), lane);
  let kappa = kappa_raw / max(sqrt(sums.x), 1e-12);
  let bonus = sums.y;
  if part == 0u {
    channel_values[p] = array<f32, 5>(r, w, k, -kappa, kappa * a);
  }
  workgroupBarrier();
  for (var q = lane.index; q < QUADS; q += WORKGROUP_SIZE) {
    r_shared[q] = channel_quad(q, 0u);
    w_shared[q] = channel_quad(q, 1u);
    k_shared[q] = channel_quad(q, 2u);
    z_shared[q] = channel_quad(q, 3u);
    b_shared[q] = channel_quad(q, 4u);
  }
  workgroupBarrier();

  let own_u = dot(s0, z_shared[part]) + dot(s1, z_shared[part + SHARE]) + dot(s2, z_shared[part + 2u * SHARE]) +
    dot(s3, z_shared[part + 3u * SHARE]);
  let u = shared_sum(vec4<f32>(own_u, 0.0, 0.0, 0.0), lane.index).x;
  let own_y = advance(state_row, part, s0, u, v) + advance(state_row + SHARE, part + SHARE, s1, u, v) +
    advance(state_row + 2u * SHARE, part + 2u * SHARE, s2, u, v) +
    advance(state_row + 3u * SHARE, part + 3u * SHARE, s3, u, v);
  let y = shared_sum(vec4<f32>(own_y, 0.0, 0.0, 0.0), lane.index).x;

  let mean = workgroup_sum4(vec4<f32>(counted * y, 0.0, 0.0, 0.0), lane).x / f32(HEAD_SIZE);
  let centred = y - mean;
  let variance = workgroup_sum4(vec4<f32>(counted * centred * centred, 0.0, 0.0, 0.0), lane).x / f32(HEAD_SIZE);
  let normalised = centred * inverseSqrt(variance + GROUP_NORM_EPSILON) * vector(6u, channel) + vector(7u, channel);
  let result = (normalised + bonus * v) * gate;
  if !INTEGER_OUTPUT {
    if part == 0u {
      out[4u * unit_place(channel / 4u, WIDTH / 4u, OUTPUT_UNITS_PER_PIECE) + channel % 4u] = bitcast<u32>(result);
    }
    return;
  }
  if part == 0u {
    results[p] = result;
  }
  workgroupBarrier();
  if lane.index < QUADS {
    store_integers(group.x, lane.index);
  }
}

/// Decays, corrects and writes to four columns of a row; returns their part of y.
fn advance(at: u32, q: u32, s: vec4<f32>, u: f32, v: f32) -> f32 {
  let updated = s * w_shared[q] + u * b_shared[q] + v * k_shared[q];
  wkv[at] = updated;
  return dot(updated, r_shared[q]);
}

fn channel_quad(q: u32, slot: u32) -> vec4<f32> {
  return vec4<f32>(
    channel_values[4u * q][slot],
    channel_values[4u * q + 1u][slot],
    channel_values[4u * q + 2u][slot],
    channel_values[4u * q + 3u][slot],
  );
}

/// Four channels of the head's result as int8; blocks of 32 share a scale.
fn store_integers(head: u32, index: u32) {
  let block = index / 8u;
  var largest = 0.0;
  for (var i = 0u; i < 32u; i++) {
    largest = max(largest, abs(results[32u * block + i]));
  }
  let scale = int8_scale(largest);
  let values = vec4<f32>(results[4u * index], results[4u * index + 1u], results[4u * index + 2u], results[4u * index + 3u]);
  let word = head * QUADS + index;
  out[4u * unit_place(word / 4u, WIDTH / 16u, OUTPUT_UNITS_PER_PIECE) + word % 4u] = to_int8(values, scale);
  if index % 8u == 0u {
    out[WIDTH / 4u + head * (HEAD_SIZE / 32u) + block] = bitcast<u32>(scale);
  }
}
