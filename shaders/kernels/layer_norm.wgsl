// out[i] = LN(x[first_row + i]), one workgroup a row: the norm before the head.
// import "lane"
// import "reduce"

struct Shape {
  width: u32,
  width_stride: u32, // of x and out, in f32
  norm_offset: u32, // in vectors: weight, then bias
}

struct Run {
  tokens: u32,
  first_row: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>; // [tokens][width_stride]
@group(0) @binding(1) var<storage, read_write> out: array<f32>; // [rows][width_stride]
@group(0) @binding(2) var<storage, read> vectors: array<f32>; // [..][width]
@group(0) @binding(3) var<uniform> shape: Shape;
@group(0) @binding(4) var<uniform> run: Run;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let row = (run.first_row + group.x) * shape.width_stride;
  var sum = 0.0;
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    sum += x[row + c];
  }
  let mean = workgroup_sum4(vec4<f32>(sum, 0.0, 0.0, 0.0), lane).x / f32(shape.width);
  var squares = 0.0;
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    let centred = x[row + c] - mean;
    squares += centred * centred;
  }
  let variance = workgroup_sum4(vec4<f32>(squares, 0.0, 0.0, 0.0), lane).x / f32(shape.width);
  let scale = inverseSqrt(variance + LAYER_NORM_EPSILON);
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    let normalised = (x[row + c] - mean) * scale;
    out[group.x * shape.width_stride + c] = normalised * vectors[shape.norm_offset + c] + vectors[shape.norm_offset + shape.width + c];
  }
}
