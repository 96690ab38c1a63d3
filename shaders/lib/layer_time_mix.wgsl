// One token of the time mix of one head by a whole workgroup: the second matrices of the low-rank adapters, the WKV step
// (see time_mix.wgsl), group norm, bonus and gate. SHARE neighbouring invocations share a row of the state and a channel.
// Link-time constants: HEAD_SIZE (64), WORKGROUP_SIZE, BIAS_SLOT (of `vectors`: w0, a0, v0, k_k, k_a, r_k, ln_x.weight,
// ln_x.bias), DECAY_SCALE, GROUP_NORM_EPSILON, and those of the imports.
// import "lib/activations"
// import "lib/layer_places"
// import "lib/layer_tile"
enable subgroups;

// f16: of each layer w2, a2, g2, v2, each [WIDTH][rank / 8]
@group(0) @binding(6) var<storage, read> adapters_out: array<vec4<u32>>;
@group(0) @binding(9) var<storage, read_write> wkv: array<vec4<f32>>; // [layers][heads][HEAD_SIZE value][HEAD_SIZE / 4 key]

const SHARE = WORKGROUP_SIZE / HEAD_SIZE;
const HEAD_QUADS = HEAD_SIZE / 4u;
// What of the tile is what, in quads.
const LOW_AT = 0u; // the adapters' inner vectors: all first quads of their pieces, then all second ones
const R_AT = RANKS / 4u;
const W_AT = R_AT + HEAD_QUADS;
const K_AT = W_AT + HEAD_QUADS;
const Z_AT = K_AT + HEAD_QUADS;
const B_AT = Z_AT + HEAD_QUADS;
const BONUS_AT = B_AT + HEAD_QUADS;
const Y_AT = BONUS_AT + HEAD_QUADS;

// Pieces of a row of each second matrix that an invocation takes, at most.
const DECAY_PIECES = (DECAY_RANK / 8u + SHARE - 1u) / SHARE;
const ICLR_PIECES = (ICLR_RANK / 8u + SHARE - 1u) / SHARE;
const GATE_PIECES = (GATE_RANK / 8u + SHARE - 1u) / SHARE;
const VALUE_PIECES = (VALUE_RANK / 8u + SHARE - 1u) / SHARE;
const OUT_PIECES = DECAY_PIECES + ICLR_PIECES + GATE_PIECES + VALUE_PIECES;
const STATE_QUADS = HEAD_QUADS / SHARE;
const BIASES = 8u;

/// What of a head does not depend on the token: asked for before r, k and v are there.
struct HeadInputs {
  state: array<vec4<f32>, STATE_QUADS>,
  pieces: array<vec4<u32>, OUT_PIECES>,
  biases: array<f32, BIASES>,
}

/// Where this invocation's channel of the head lies in the state.
fn state_place(layer: Layer, channel: u32) -> u32 {
  return (layer.index * WIDTH + channel) * HEAD_QUADS;
}

fn load_head_inputs(layer: Layer, head: u32, lane: Lane) -> HeadInputs {
  let part = lane.index % SHARE;
  let channel = head * HEAD_SIZE + lane.index / SHARE;
  var inputs: HeadInputs;
  for (var i = 0u; i < STATE_QUADS; i++) {
    inputs.state[i] = wkv[state_place(layer, channel) + part + i * SHARE];
  }
  let w2 = layer.place * WIDTH * (RANKS / 8u);
  let a2 = w2 + WIDTH * DECAY_RANK / 8u;
  let g2 = a2 + WIDTH * ICLR_RANK / 8u;
  let v2 = g2 + WIDTH * GATE_RANK / 8u;
  for (var i = 0u; i < DECAY_PIECES; i++) {
    inputs.pieces[i] = adapter_piece(w2, DECAY_RANK, channel, part + i * SHARE);
  }
  for (var i = 0u; i < ICLR_PIECES; i++) {
    inputs.pieces[DECAY_PIECES + i] = adapter_piece(a2, ICLR_RANK, channel, part + i * SHARE);
  }
  for (var i = 0u; i < GATE_PIECES; i++) {
    inputs.pieces[DECAY_PIECES + ICLR_PIECES + i] = adapter_piece(g2, GATE_RANK, channel, part + i * SHARE);
  }
  for (var i = 0u; i < VALUE_PIECES; i++) {
    inputs.pieces[DECAY_PIECES + ICLR_PIECES + GATE_PIECES + i] = adapter_piece(v2, VALUE_RANK, channel, part + i * SHARE);
  }
  for (var i = 0u; i < BIASES; i++) {
    inputs.biases[i] = vectors[vector_place(layer, BIAS_SLOT + i) + channel];
  }
  return inputs;
}

fn adapter_piece(base: u32, rank: u32, channel: u32, piece: u32) -> vec4<u32> {
  return adapters_out[base + channel * (rank / 8u) + min(piece, rank / 8u - 1u)];
}

/// The product of a piece of an adapter's row with its inner vector; 0 past the row's end.
fn adapter_out_dot(w: vec4<u32>, piece: u32, rank: u32, low_offset: u32) -> f32 {
  if piece >= rank / 8u {
    return 0.0;
  }
  let at = LOW_AT + low_offset / 8u + piece;
  return dot(vec4<f32>(unpack2x16float(w.x), unpack2x16float(w.y)), tile[at]) +
    dot(vec4<f32>(unpack2x16float(w.z), unpack2x16float(w.w)), tile[at + RANKS / 8u]);
}

/// This invocation's part of the four adapters' products, in the order w, a, g, v.
fn adapter_parts(inputs: HeadInputs, part: u32) -> vec4<f32> {
  var own = vec4<f32>();
  for (var i = 0u; i < DECAY_PIECES; i++) {
    own.x += adapter_out_dot(inputs.pieces[i], part + i * SHARE, DECAY_RANK, 0u);
  }
  for (var i = 0u; i < ICLR_PIECES; i++) {
    own.y += adapter_out_dot(inputs.pieces[DECAY_PIECES + i], part + i * SHARE, ICLR_RANK, DECAY_RANK);
  }
  for (var i = 0u; i < GATE_PIECES; i++) {
    let w = inputs.pieces[DECAY_PIECES + ICLR_PIECES + i];
    own.z += adapter_out_dot(w, part + i * SHARE, GATE_RANK, DECAY_RANK + ICLR_RANK);
  }
  for (var i = 0u; i < VALUE_PIECES; i++) {
    let w = inputs.pieces[DECAY_PIECES + ICLR_PIECES + GATE_PIECES + i];
    own.w += adapter_out_dot(w, part + i * SHARE, VALUE_RANK, DECAY_RANK + ICLR_RANK + GATE_RANK);
  }
  return own;
}

/// Sums over the invocations that share a row; all get the sum.
fn shared_sum(own: f32) -> f32 {
  var sum = own;
  for (var stride = SHARE / 2u; stride > 0u; stride /= 2u) {
    sum += subgroupShuffleXor(sum, stride);
  }
  return sum;
}

fn shared_sum4(own: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(shared_sum(own.x), shared_sum(own.y), shared_sum(own.z), shared_sum(own.w));
}

fn set_component(at: u32, channel: u32, value: f32) {
  tile[at + channel / 4u][channel % 4u] = value;
}

/// The head's y ∘ g, given to all; r, k, v and the adapters' inner vectors are taken. Every invocation of the workgroup must
/// call.
fn time_mix_head(layer: Layer, head: u32, inputs: HeadInputs, lane: Lane) {
  let p = lane.index / SHARE; // row of the state, channel of the head
  let part = lane.index % SHARE;
  let channel = head * HEAD_SIZE + p;
  let r = take(PROJ_AT + channel);
  let k_raw = take(PROJ_AT + WIDTH + channel);
  let v_raw = take(PROJ_AT + 2u * WIDTH + channel);
  for (var i = lane.index; i < RANKS; i += WORKGROUP_SIZE) {
    tile[LOW_AT + i % 8u / 4u * (RANKS / 8u) + i / 8u][i % 4u] = take(PROJ_AT + 3u * WIDTH + i);
  }
  workgroupBarrier();

  let adapted = shared_sum4(adapter_parts(inputs, part));
  // Decay in f32 from its logit: a w near 1 does not survive 16 bits.
  let w = exp(-DECAY_SCALE * sigmoid(inputs.biases[0] + adapted.x));
  let a = sigmoid(inputs.biases[1] + adapted.y);
  let gate = adapted.z;
  let v = value_residual(layer, channel, v_raw, inputs.biases[2] + adapted.w);
  let kappa = k_raw * inputs.biases[3]; // not yet of length 1
  let k = k_raw * (1.0 + (a - 1.0) * inputs.biases[4]);
  if part == 0u {
    set_component(R_AT, p, r);
    set_component(W_AT, p, w);
    set_component(K_AT, p, k);
    set_component(Z_AT, p, kappa);
    set_component(B_AT, p, kappa * a);
    set_component(BONUS_AT, p, r * k * inputs.biases[5]);
  }
  workgroupBarrier();

  // Every subgroup sums over the head for itself: that costs less than to wait for one that does.
  var own = vec2<f32>();
  for (var q = lane.subgroup_lane; q < HEAD_QUADS; q += SUBGROUP_SIZE) {
    own += vec2<f32>(dot(tile[Z_AT + q], tile[Z_AT + q]), dot(tile[BONUS_AT + q], vec4<f32>(1.0)));
  }
  let sums = subgroupAdd(own);
  let length = 1.0 / max(sqrt(sums.x), 1e-12);
  let bonus = sums.y;
  var own_u = 0.0;
  for (var i = 0u; i < STATE_QUADS; i++) {
    own_u += dot(inputs.state[i], tile[Z_AT + part + i * SHARE]);
  }
  let u = -shared_sum(own_u) * length;
  let u_b = u * length;
  var own_y = 0.0;
  for (var i = 0u; i < STATE_QUADS; i++) {
    let q = part + i * SHARE;
    let updated = inputs.state[i] * tile[W_AT + q] + u_b * tile[B_AT + q] + v * tile[K_AT + q];
    wkv[state_place(layer, channel) + q] = updated;
    own_y += dot(updated, tile[R_AT + q]);
  }
  let y = shared_sum(own_y);
  if part == 0u {
    set_component(Y_AT, p, y);
  }
  workgroupBarrier();

  var own_sum = 0.0;
  for (var q = lane.subgroup_lane; q < HEAD_QUADS; q += SUBGROUP_SIZE) {
    own_sum += dot(tile[Y_AT + q], vec4<f32>(1.0));
  }
  let mean = subgroupAdd(own_sum) / f32(HEAD_SIZE);
  var own_squares = 0.0;
  for (var q = lane.subgroup_lane; q < HEAD_QUADS; q += SUBGROUP_SIZE) {
    let centred = tile[Y_AT + q] - mean;
    own_squares += dot(centred, centred);
  }
  let variance = subgroupAdd(own_squares) / f32(HEAD_SIZE);
  let normalised = (y - mean) * inverseSqrt(variance + GROUP_NORM_EPSILON) * inputs.biases[6] + inputs.biases[7];
  if part == 0u {
    give(GATED_AT + channel, (normalised + bonus * v) * gate);
  }
  workgroupBarrier(); // nobody may overwrite the tile before all have read it
}

/// v of the first layer is kept; the other layers mix it in. Each invocation reads what it has stored itself.
fn value_residual(layer: Layer, channel: u32, v: f32, logit: f32) -> f32 {
  if layer.index == 0u {
    atomicStore(&exchange[V_FIRST_AT + channel], bitcast<u32>(v));
    return v;
  }
  let first = bitcast<f32>(atomicLoad(&exchange[V_FIRST_AT + channel]));
  return v + (first - v) * sigmoid(logit);
}
