// What follows the WKV recurrence, for every (token, head): (group norm(y) ∘ ln_x.weight + ln_x.bias + bonus·v) ∘ gate.
// SPLIT lanes share a (token, head); each holds QUADS of its quads, SPLIT apart.
// Link-time constants: HEAD_SIZE, SPLIT, SPLIT_STEP (1), WORKGROUP_SIZE, GROUP_NORM_EPSILON; the import "store" chooses
// f32 or f16.
// import "lib/wkv_shape"
// import "split"
// import "store"

@group(0) @binding(0) var<storage, read> y: array<vec4<f32>>; // [tokens][stride]
// binding 1: out [tokens][out_stride]
@group(0) @binding(2) var<storage, read> proj: array<vec4<f32>>; // [7][tokens][stride], after wkv_prepare
@group(0) @binding(3) var<storage, read> bonus: array<f32>; // [tokens][heads]
@group(0) @binding(4) var<storage, read> vectors: array<vec4<f32>>; // [..][width / 4]
@group(0) @binding(5) var<uniform> shape: WkvShape;
@group(0) @binding(6) var<uniform> run: Run;

const QUADS = HEAD_QUADS / SPLIT;
const ITEMS = WORKGROUP_SIZE / SPLIT;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, place: Place) {
  let lane = lane_of(place);
  let item = (group.y * groups.x + group.x) * ITEMS + split_item(lane);
  let stores = item < run.tokens * shape.heads;
  // Items past the end repeat the last one, so that control flow stays uniform; they store nothing.
  let last_item = min(item, run.tokens * shape.heads - 1u);
  let token = last_item / shape.heads;
  let head_at = (last_item % shape.heads) * HEAD_QUADS + split_part(lane);
  let at = token * shape.stride + head_at;

  var centred: array<vec4<f32>, QUADS>;
  var sum = vec4<f32>();
  for (var i = 0u; i < QUADS; i++) {
    centred[i] = y[at + i * SPLIT];
    sum += centred[i];
  }
  let mean = split_sum(vec2<f32>(sum.x + sum.y + sum.z + sum.w, 0.0), lane).x / f32(HEAD_SIZE);
  var squares = vec4<f32>();
  for (var i = 0u; i < QUADS; i++) {
    centred[i] -= mean;
    squares += centred[i] * centred[i];
  }
  let variance = split_sum(vec2<f32>(squares.x + squares.y + squares.z + squares.w, 0.0), lane).x / f32(HEAD_SIZE);
  let scale = inverseSqrt(variance + GROUP_NORM_EPSILON);
  if stores {
    let weight_at = shape.vectors_offset + 3u * shape.heads * HEAD_QUADS + head_at;
    let bias_at = weight_at + shape.heads * HEAD_QUADS;
    for (var i = 0u; i < QUADS; i++) {
      let q = i * SPLIT;
      let normalised = centred[i] * scale * vectors[weight_at + q] + vectors[bias_at + q];
      let v = proj[SLOT_V * shape.slot_stride + at + q];
      let gate = proj[SLOT_GATE * shape.slot_stride + at + q];
      store4(token * shape.out_stride + head_at + q, (normalised + bonus[item] * v) * gate);
    }
  }
}
