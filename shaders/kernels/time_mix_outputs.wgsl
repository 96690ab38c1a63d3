// What follows the recurrence of wkv_rows.wgsl, in place: group norm, bonus and gate. For CPU adapters: one invocation a
// head of a token, no barrier. The formulas are time_mix.wgsl's. Link-time constant: HEAD_SIZE.
// import "lib/time_mix_shape"

@group(0) @binding(0) var<storage, read> proj: array<f32>; // r, k, v, w, b, z, gate: [7][tokens][width_stride]
@group(0) @binding(1) var<storage, read_write> out: array<f32>; // [tokens][width_stride]: y, then y ∘ g
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
  var sum = 0.0;
  var bonus = 0.0;
  for (var c = first_channel; c < first_channel + HEAD_SIZE; c++) {
    let at = token * shape.width_stride + c;
    sum += out[at];
    bonus += proj[at] * proj[shape.slot_stride + at] * vectors[shape.vectors_offset + 2u * shape.width + c];
  }
  let mean = sum / f32(HEAD_SIZE);
  var squares = 0.0;
  for (var c = first_channel; c < first_channel + HEAD_SIZE; c++) {
    let centred = out[token * shape.width_stride + c] - mean;
    squares += centred * centred;
  }
  let scale = inverseSqrt(squares / f32(HEAD_SIZE) + GROUP_NORM_EPSILON);
  for (var c = first_channel; c < first_channel + HEAD_SIZE; c++) {
    let at = token * shape.width_stride + c;
    let weight = vectors[shape.vectors_offset + 3u * shape.width + c];
    let bias = vectors[shape.vectors_offset + 4u * shape.width + c];
    let normalised = (out[at] - mean) * scale * weight + bias;
    out[at] = (normalised + bonus * proj[2u * shape.slot_stride + at]) * proj[6u * shape.slot_stride + at];
  }
}
