// The inputs of the WKV recurrence, from the projections and in their place; every (token, head) for itself:
//   w = exp(−e^(−1/2)·σ(logit)),  κ = normalise(k ∘ k_k),  z = −κ,  b = κ ∘ a,
//   k' = k ∘ (1 + (a − 1) ∘ k_a),  v' = v + (v_first − v) ∘ mix,  bonus = Σ r·k'·r_k
// SPLIT lanes share a (token, head); each holds QUADS of its quads, SPLIT apart, so that neighbours read neighbours.
// Link-time constants: HEAD_SIZE, SPLIT, SPLIT_STEP (1), WORKGROUP_SIZE, FIRST_LAYER (keeps v for the later layers).
// import "lib/activations"
// import "lib/wkv_shape"
// import "split"

@group(0) @binding(0) var<storage, read_write> proj: array<vec4<f32>>; // [7][tokens][stride]
@group(0) @binding(1) var<storage, read_write> v_first: array<vec4<f32>>; // [tokens][stride]
@group(0) @binding(2) var<storage, read_write> bonus: array<f32>; // [tokens][heads]
@group(0) @binding(3) var<storage, read> vectors: array<vec4<f32>>; // [..][width / 4]
@group(0) @binding(4) var<uniform> shape: WkvShape;
@group(0) @binding(5) var<uniform> run: Run;

const QUADS = HEAD_QUADS / SPLIT;
const ITEMS = WORKGROUP_SIZE / SPLIT;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, place: Place) {
  let lane = lane_of(place);
  let part = split_part(lane);
  let item = (group.y * groups.x + group.x) * ITEMS + split_item(lane);
  let stores = item < run.tokens * shape.heads;
  // Items past the end repeat the last one, so that control flow stays uniform; they store nothing.
  let last_item = min(item, run.tokens * shape.heads - 1u);
  let token = last_item / shape.heads;
  let head_at = (last_item % shape.heads) * HEAD_QUADS + part;
  let at = token * shape.stride + head_at;
  let k_k = shape.vectors_offset + head_at;
  let k_a = k_k + shape.heads * HEAD_QUADS;
  let r_k = k_a + shape.heads * HEAD_QUADS;

  var kappa: array<vec4<f32>, QUADS>;
  var rate: array<vec4<f32>, QUADS>;
  var squares = vec4<f32>();
  var bonuses = vec4<f32>();
  for (var i = 0u; i < QUADS; i++) {
    let q = i * SPLIT;
    let k_raw = proj[SLOT_K * shape.slot_stride + at + q];
    let a = proj[SLOT_B * shape.slot_stride + at + q];
    let logit = proj[SLOT_W * shape.slot_stride + at + q];
    let k = k_raw * (1.0 + (a - 1.0) * vectors[k_a + q]);
    kappa[i] = k_raw * vectors[k_k + q];
    rate[i] = a;
    squares += kappa[i] * kappa[i];
    bonuses += proj[SLOT_R * shape.slot_stride + at + q] * k * vectors[r_k + q];
    var v = proj[SLOT_V * shape.slot_stride + at + q];
    if !FIRST_LAYER {
      v += (v_first[at + q] - v) * proj[SLOT_Z * shape.slot_stride + at + q];
    }
    if stores {
      if FIRST_LAYER {
        v_first[at + q] = v;
      } else {
        proj[SLOT_V * shape.slot_stride + at + q] = v;
      }
      proj[SLOT_K * shape.slot_stride + at + q] = k;
      // Decay in f32 from its logit: a w near 1 does not survive 16 bits.
      let gate = vec4<f32>(sigmoid(logit.x), sigmoid(logit.y), sigmoid(logit.z), sigmoid(logit.w));
      proj[SLOT_W * shape.slot_stride + at + q] = exp(-DECAY_SCALE * gate);
    }
  }
  let sums = split_sum(
    vec2<f32>(squares.x + squares.y + squares.z + squares.w, bonuses.x + bonuses.y + bonuses.z + bonuses.w),
    lane,
  );
  let norm = max(sqrt(sums.x), 1e-12);
  if stores {
    for (var i = 0u; i < QUADS; i++) {
      let unit = kappa[i] / norm;
      proj[SLOT_B * shape.slot_stride + at + i * SPLIT] = unit * rate[i];
      proj[SLOT_Z * shape.slot_stride + at + i * SPLIT] = -unit;
    }
    if part == 0u {
      bonus[item] = sums.y;
    }
  }
}
