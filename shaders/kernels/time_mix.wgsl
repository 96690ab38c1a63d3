// The heart of RWKV-7: for each head the state S [value p][key q] is decayed, corrected and written to, token by token:
//   u = S·z,  S ← S·diag(w) + u bᵀ + v kᵀ,  y = S·r        with z = −κ, b = κ∘a, κ = normalise(k∘k_k)
// then group norm, bonus and gate. One workgroup a head, invocation p owns row p of S in registers for the whole run.
// Link-time constants: HEAD_SIZE (= WORKGROUP_SIZE), FIRST_LAYER (keeps v for the value residual of the later layers),
// SEQUENCES (each token is the next one of its own sequence, a row of workgroups; else all tokens are one sequence).
// import "lib/time_mix_shape"
// import "lib/activations"
// import "lane"
// import "reduce"

// r, k, v, decay logit, a, value mix, gate: [7][tokens][width_stride]. The last four come with bias and activation done.
@group(0) @binding(0) var<storage, read> proj: array<f32>;
@group(0) @binding(1) var<storage, read_write> v_first: array<f32>; // [tokens][width_stride]
@group(0) @binding(2) var<storage, read_write> wkv: array<vec4<f32>>; // [sequences][heads][HEAD_SIZE value][HEAD_SIZE / 4 key]
@group(0) @binding(3) var<storage, read_write> out: array<f32>; // [tokens][width_stride]: y ∘ g
@group(0) @binding(4) var<storage, read> vectors: array<f32>;
@group(0) @binding(5) var<uniform> shape: Shape;
@group(0) @binding(6) var<uniform> run: Run;

const QUADS = HEAD_SIZE / 4u;

// Scalars, not vec4: a write to one component of a shared vector may touch its neighbours.
var<workgroup> r_shared: array<f32, HEAD_SIZE>;
var<workgroup> w_shared: array<f32, HEAD_SIZE>;
var<workgroup> k_shared: array<f32, HEAD_SIZE>;
var<workgroup> z_shared: array<f32, HEAD_SIZE>;
var<workgroup> b_shared: array<f32, HEAD_SIZE>;

fn quad(source: ptr<workgroup, array<f32, HEAD_SIZE>>, q: u32) -> vec4<f32> {
  return vec4<f32>((*source)[4u * q], (*source)[4u * q + 1u], (*source)[4u * q + 2u], (*source)[4u * q + 3u]);
}

@compute @workgroup_size(HEAD_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, lane: Lane) {
  let p = lane.index;
  let channel = group.x * HEAD_SIZE + p;
  let k_k = vectors[shape.vectors_offset + channel];
  let k_a = vectors[shape.vectors_offset + shape.width + channel];
  let r_k = vectors[shape.vectors_offset + 2u * shape.width + channel];
  let norm_weight = vectors[shape.vectors_offset + 3u * shape.width + channel];
  let norm_bias = vectors[shape.vectors_offset + 4u * shape.width + channel];

  var s: array<vec4<f32>, QUADS>;
  let state_row = ((group.y * groups.x + group.x) * HEAD_SIZE + p) * QUADS;
  for (var q = 0u; q < QUADS; q++) {
    s[q] = wkv[state_row + q];
  }

  let end = select(run.tokens, group.y + 1u, SEQUENCES);
  for (var t = group.y; t < end; t++) {
    let at = t * shape.width_stride + channel;
    let r = proj[at];
    let k_raw = proj[shape.slot_stride + at];
    var v = proj[2u * shape.slot_stride + at];
    // Decay in f32 from its logit: a w near 1 does not survive 16 bits.
    let w = exp(-DECAY_SCALE * sigmoid(proj[3u * shape.slot_stride + at]));
    let a = proj[4u * shape.slot_stride + at];
    let gate = proj[6u * shape.slot_stride + at];
    if FIRST_LAYER {
      v_first[at] = v;
    } else {
      v += (v_first[at] - v) * proj[5u * shape.slot_stride + at];
    }
    let kappa_raw = k_raw * k_k;
    let k = k_raw * (1.0 + (a - 1.0) * k_a);
    let sums = workgroup_sum4(vec4<f32>(kappa_raw * kappa_raw, r * k * r_k, 0.0, 0.0), lane);
    let kappa = kappa_raw / max(sqrt(sums.x), 1e-12);
    let bonus = sums.y;

    r_shared[p] = r;
    w_shared[p] = w;
    k_shared[p] = k;
    z_shared[p] = -kappa;
    b_shared[p] = kappa * a;
    workgroupBarrier();

    var u4 = vec4<f32>();
    for (var q = 0u; q < QUADS; q++) {
      u4 += s[q] * quad(&z_shared, q);
    }
    let u = u4.x + u4.y + u4.z + u4.w;
    var y4 = vec4<f32>();
    for (var q = 0u; q < QUADS; q++) {
      let updated = s[q] * quad(&w_shared, q) + u * quad(&b_shared, q) + v * quad(&k_shared, q);
      s[q] = updated;
      y4 += updated * quad(&r_shared, q);
    }
    let y = y4.x + y4.y + y4.z + y4.w;

    // The sums also keep the shared vectors from being overwritten before all have read them.
    let mean = workgroup_sum4(vec4<f32>(y, 0.0, 0.0, 0.0), lane).x / f32(HEAD_SIZE);
    let centred = y - mean;
    let variance = workgroup_sum4(vec4<f32>(centred * centred, 0.0, 0.0, 0.0), lane).x / f32(HEAD_SIZE);
    let normalised = centred * inverseSqrt(variance + GROUP_NORM_EPSILON) * norm_weight + norm_bias;
    out[at] = (normalised + bonus * v) * gate;
    workgroupBarrier();
  }

  for (var q = 0u; q < QUADS; q++) {
    wkv[state_row + q] = s[q];
  }
}
