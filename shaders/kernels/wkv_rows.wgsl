// The recurrence of time_mix.wgsl for CPU adapters and heads of 64: one invocation a row of the state, no barrier.
//   u = S·z,  S ← S·diag(w) + u bᵀ + v kᵀ,  y = S·r
// The row lies in 16 variables: as an array it would stay in memory, where each access is gathered lane by lane. For the
// same reason the four invocations of a quad share what they read of z, w, b, k and r: each reads one number of four, and
// holds columns 4q … 4q + 3 of its row in the order 4q + (i ^ lane).
// import "lib/time_mix_shape"
enable subgroups;

// r, k, v, w, b, z, gate: [7][tokens][width_stride], from time_mix_inputs.wgsl
@group(0) @binding(0) var<storage, read> proj: array<f32>;
@group(0) @binding(1) var<storage, read_write> wkv: array<f32>; // [heads][64 value][64 key]
@group(0) @binding(2) var<storage, read_write> out: array<f32>; // [tokens][width_stride]: y
@group(0) @binding(3) var<uniform> shape: Shape;
@group(0) @binding(4) var<uniform> run: Run;

const HEAD_SIZE = 64u;

/// Four columns of a vector in proj from `at` on, in the order of the lane.
fn quad(at: u32, lane: u32) -> vec4<f32> {
  let own = proj[at + lane];
  return vec4<f32>(own, quadSwapX(own), quadSwapY(own), quadSwapDiagonal(own));
}

/// Where the columns of quad `q` of a state's row lie.
fn columns(row: u32, q: u32, lane: u32) -> vec4<u32> {
  return vec4<u32>(row * HEAD_SIZE + 4u * q) + (vec4<u32>(lane) ^ vec4<u32>(0u, 1u, 2u, 3u));
}

fn load(row: u32, q: u32, lane: u32) -> vec4<f32> {
  let at = columns(row, q, lane);
  return vec4<f32>(wkv[at.x], wkv[at.y], wkv[at.z], wkv[at.w]);
}

fn save(row: u32, q: u32, lane: u32, s: vec4<f32>) {
  let at = columns(row, q, lane);
  wkv[at.x] = s.x;
  wkv[at.y] = s.y;
  wkv[at.z] = s.z;
  wkv[at.w] = s.w;
}

/// What a token does to the columns of one quad.
fn step(s: vec4<f32>, at: u32, lane: u32, u: f32, v: f32) -> vec4<f32> {
  return s * quad(at + 3u * shape.slot_stride, lane) + u * quad(at + 4u * shape.slot_stride, lane) + v * quad(at + shape.slot_stride, lane);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(subgroup_invocation_id) subgroup_lane: u32) {
  let row = id.x; // of all heads: also the channel of v and y
  let lane = subgroup_lane % 4u;
  let head = row / HEAD_SIZE * HEAD_SIZE;
  var s0 = load(row, 0u, lane);
  var s1 = load(row, 1u, lane);
  var s2 = load(row, 2u, lane);
  var s3 = load(row, 3u, lane);
  var s4 = load(row, 4u, lane);
  var s5 = load(row, 5u, lane);
  var s6 = load(row, 6u, lane);
  var s7 = load(row, 7u, lane);
  var s8 = load(row, 8u, lane);
  var s9 = load(row, 9u, lane);
  var s10 = load(row, 10u, lane);
  var s11 = load(row, 11u, lane);
  var s12 = load(row, 12u, lane);
  var s13 = load(row, 13u, lane);
  var s14 = load(row, 14u, lane);
  var s15 = load(row, 15u, lane);
  for (var t = 0u; t < run.tokens; t++) {
    let at = t * shape.width_stride + head;
    let z = at + 5u * shape.slot_stride;
    let v = proj[2u * shape.slot_stride + t * shape.width_stride + row];
    var u = 0.0;
    u += dot(s0, quad(z + 0u, lane));
    u += dot(s1, quad(z + 4u, lane));
    u += dot(s2, quad(z + 8u, lane));
    u += dot(s3, quad(z + 12u, lane));
    u += dot(s4, quad(z + 16u, lane));
    u += dot(s5, quad(z + 20u, lane));
    u += dot(s6, quad(z + 24u, lane));
    u += dot(s7, quad(z + 28u, lane));
    u += dot(s8, quad(z + 32u, lane));
    u += dot(s9, quad(z + 36u, lane));
    u += dot(s10, quad(z + 40u, lane));
    u += dot(s11, quad(z + 44u, lane));
    u += dot(s12, quad(z + 48u, lane));
    u += dot(s13, quad(z + 52u, lane));
    u += dot(s14, quad(z + 56u, lane));
    u += dot(s15, quad(z + 60u, lane));
    var y = 0.0;
    s0 = step(s0, at + 0u, lane, u, v);
    y += dot(s0, quad(at + 0u, lane));
    s1 = step(s1, at + 4u, lane, u, v);
    y += dot(s1, quad(at + 4u, lane));
    s2 = step(s2, at + 8u, lane, u, v);
    y += dot(s2, quad(at + 8u, lane));
    s3 = step(s3, at + 12u, lane, u, v);
    y += dot(s3, quad(at + 12u, lane));
    s4 = step(s4, at + 16u, lane, u, v);
    y += dot(s4, quad(at + 16u, lane));
    s5 = step(s5, at + 20u, lane, u, v);
    y += dot(s5, quad(at + 20u, lane));
    s6 = step(s6, at + 24u, lane, u, v);
    y += dot(s6, quad(at + 24u, lane));
    s7 = step(s7, at + 28u, lane, u, v);
    y += dot(s7, quad(at + 28u, lane));
    s8 = step(s8, at + 32u, lane, u, v);
    y += dot(s8, quad(at + 32u, lane));
    s9 = step(s9, at + 36u, lane, u, v);
    y += dot(s9, quad(at + 36u, lane));
    s10 = step(s10, at + 40u, lane, u, v);
    y += dot(s10, quad(at + 40u, lane));
    s11 = step(s11, at + 44u, lane, u, v);
    y += dot(s11, quad(at + 44u, lane));
    s12 = step(s12, at + 48u, lane, u, v);
    y += dot(s12, quad(at + 48u, lane));
    s13 = step(s13, at + 52u, lane, u, v);
    y += dot(s13, quad(at + 52u, lane));
    s14 = step(s14, at + 56u, lane, u, v);
    y += dot(s14, quad(at + 56u, lane));
    s15 = step(s15, at + 60u, lane, u, v);
    y += dot(s15, quad(at + 60u, lane));
    out[t * shape.width_stride + row] = y;
  }
  save(row, 0u, lane, s0);
  save(row, 1u, lane, s1);
  save(row, 2u, lane, s2);
  save(row, 3u, lane, s3);
  save(row, 4u, lane, s4);
  save(row, 5u, lane, s5);
  save(row, 6u, lane, s6);
  save(row, 7u, lane, s7);
  save(row, 8u, lane, s8);
  save(row, 9u, lane, s9);
  save(row, 10u, lane, s10);
  save(row, 11u, lane, s11);
  save(row, 12u, lane, s12);
  save(row, 13u, lane, s13);
  save(row, 14u, lane, s14);
  save(row, 15u, lane, s15);
}
