// x[token] = LN0(embedding row), one workgroup a token. With a split embedding each slice writes its own rows only.
// Link-time constant: HAS_NORM (false for files without ln0).
// import "weights"
// import "lane"
// import "reduce"

struct Shape {
  width: u32,
  width_stride: u32, // of x, in f32
  columns4: u32, // of the embedding, padded
  row_offset: u32, // first vocabulary row of this slice
  rows: u32, // of this slice
}

struct Run {
  tokens: u32,
  first_row: u32,
}

@group(0) @binding(2) var<storage, read> tokens: array<u32>; // [tokens]
@group(0) @binding(3) var<storage, read_write> out: array<f32>; // [tokens][width_stride]
@group(0) @binding(4) var<storage, read> vectors: array<f32>; // ln0.weight, ln0.bias: [2][width]
@group(0) @binding(5) var<uniform> shape: Shape;
@group(0) @binding(6) var<uniform> run: Run;

fn element(row: u32, column: u32) -> f32 {
  return weight_scale(row, column / 32u, shape.columns4) * weights4(row, column / 4u, shape.columns4)[column % 4u];
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let id = tokens[group.x];
  let inside = id >= shape.row_offset && id < shape.row_offset + shape.rows;
  // No early return: the sums below want every invocation. Rows of other slices are read as row 0 and not stored.
  let row = select(0u, id - shape.row_offset, inside);
  var sum = 0.0;
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    sum += element(row, c);
  }
  let mean = workgroup_sum4(vec4<f32>(sum, 0.0, 0.0, 0.0), lane).x / f32(shape.width);
  var squares = 0.0;
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    let centred = element(row, c) - mean;
    squares += centred * centred;
  }
  let variance = workgroup_sum4(vec4<f32>(squares, 0.0, 0.0, 0.0), lane).x / f32(shape.width);
  let scale = inverseSqrt(variance + LAYER_NORM_EPSILON);
  if !inside {
    return;
  }
  for (var c = lane.index; c < shape.width; c += WORKGROUP_SIZE) {
    var value = element(row, c);
    if HAS_NORM {
      value = (value - mean) * scale * vectors[c] + vectors[shape.width + c];
    }
    out[group.x * shape.width_stride + c] = value;
  }
}
