// What the recurrence of wkv_rows.wgsl takes, made in place: decay w, key k, value v, b = κ∘a and z = −κ, with
// κ = normalise(k∘k_k). For CPU adapters: one invocation a head of a token, no barrier. The formulas are time_mix.wgsl's.
// Link-time constants: HEAD_SIZE, FIRST_LAYER (keeps v for the value residual of the later layers).
// import "lib/activations"
// import "lib/time_mix_shape"

// Before: r, k, v, decay logit, a, value mix, gate; after: r, k, v, w, b, z, gate.
@group(0) @binding(0) var<storage, read_write> proj: array<f32>; // [7][tokens][width_stride]
@group(0) @binding(1) var<storage, read_write> v_first: array<f32>; // [tokens][width_stride]
@group(0) @binding(2) var<storage, read> vectors: array<f32>; // [..][width]
@group(0) @binding(3) var<uniform> shape: Shape;
@group(0) @binding(4) var<uniform> run: Run;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let heads = shape.width / HEAD_SIZE;
  let token = id.x / heads;
  if token >= run.tokens {
    return;
  }
  let first_channel = (id.x % heads) * HEAD_SIZE;
  var squares = 0.0;
  for (var c = first_channel; c < first_channel + HEAD_SIZE; c++) {
    let kappa_raw = proj[shape.slot_stride + token * shape.width_stride + c] * vectors[shape.vectors_offset + c];
    squares += kappa_raw * kappa_raw;
  }
  let length = max(sqrt(squares), 1e-12);
  for (var c = first_channel; c < first_channel + HEAD_SIZE; c++) {
    let at = token * shape.width_stride + c;
    let k_raw = proj[shape.slot_stride + at];
    let a = proj[4u * shape.slot_stride + at];
    if FIRST_LAYER {
      v_first[at] = proj[2u * shape.slot_stride + at];
    } else {
      let v = proj[2u * shape.slot_stride + at];
      proj[2u * shape.slot_stride + at] = v + (v_first[at] - v) * proj[5u * shape.slot_stride + at];
    }
    let kappa = k_raw * vectors[shape.vectors_offset + c] / length;
    proj[shape.slot_stride + at] = k_raw * (1.0 + (a - 1.0) * vectors[shape.vectors_offset + shape.width + c]);
    // Decay in f32 from its logit: a w near 1 does not survive 16 bits.
    proj[3u * shape.slot_stride + at] = exp(-DECAY_SCALE * sigmoid(proj[3u * shape.slot_stride + at]));
    proj[4u * shape.slot_stride + at] = kappa * a;
    proj[5u * shape.slot_stride + at] = -kappa;
  }
}
