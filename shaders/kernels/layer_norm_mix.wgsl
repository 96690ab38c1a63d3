// Layer norm and token shift: h = LN(x), then MIXES lerps h + (previous h − h)·μ. One workgroup a token; the previous
// token's h is computed anew from x (or taken from the state for the first token), so tokens do not wait for each other.
// Link-time constant: MIXES (6 for time mix in the order r w k v a g, 1 for channel mix).
// import "lane"
// import "reduce"

struct Shape {
  width: u32,
  width_stride: u32, // of x and out, in f32
  slot_stride: u32, // between two mixes in out, in f32
  norm_offset: u32, // in vectors: weight, then bias
  mix_offset: u32, // in vectors: MIXES vectors
  shift_offset: u32, // in shift, in f32
}

struct Run {
  tokens: u32,
  first_row: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>; // [tokens][width_stride]
@group(0) @binding(1) var<storage, read_write> out: array<f32>; // [MIXES][tokens][width_stride]
@group(0) @binding(2) var<storage, read> vectors: array<f32>; // [..][width]
@group(0) @binding(3) var<storage, read> shift: array<f32>; // [layers][2][width], before this run
@group(0) @binding(4) var<storage, read_write> shift_next: array<f32>; // the same, after this run
@group(0) @binding(5) var<uniform> shape: Shape;
@group(0) @binding(6) var<uniform> run: Run;

/// x of a token (first component) and of the token before it (second; zero for the first token).
fn pair(token: u32, c: u32) -> vec2<f32> {
  var previous = 0.0;
  if token > 0u {
    previous = x[(token - 1u) * shape.width_stride + c];
  }
  return vec2<f32>(x[token * shape.width_stride + c], previous);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let token = group.x;
  var sum = vec2<f32>();
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    sum += pair(token, c);
  }
  let mean = workgroup_sum4(vec4<f32>(sum, 0.0, 0.0), lane).xy / f32(shape.width);
  var squares = vec2<f32>();
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    let centred = pair(token, c) - mean;
    squares += centred * centred;
  }
  let variance = workgroup_sum4(vec4<f32>(squares, 0.0, 0.0), lane).xy / f32(shape.width);
  let scale = inverseSqrt(variance + vec2<f32>(LAYER_NORM_EPSILON));
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    let weight = vectors[shape.norm_offset + c];
    let bias = vectors[shape.norm_offset + shape.width + c];
    let both = (pair(token, c) - mean) * scale * weight + bias;
    let h = both.x;
    var previous = both.y;
    if token == 0u {
      previous = shift[shape.shift_offset + c];
    }
    for (var m = 0u; m < MIXES; m++) {
      let mu = vectors[shape.mix_offset + m * shape.width + c];
      out[m * shape.slot_stride + token * shape.width_stride + c] = h + (previous - h) * mu;
    }
    if token == run.tokens - 1u {
      shift_next[shape.shift_offset + c] = h;
    }
  }
}
