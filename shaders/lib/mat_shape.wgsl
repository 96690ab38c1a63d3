// What all matrix kernels share: shape, the run's size, bias, activation and where a result goes.
// Link-time constants: ACTIVATION, HAS_BIAS, ADDS (add to the output instead of overwriting it).
// import "lib/activations"

struct MatShape {
  rows: u32, // in this slice of the matrix
  columns4: u32, // columns / 4, padded
  row_offset: u32, // of this slice in the whole matrix
  x_offset: u32, // in x, in vec4
  x_stride: u32, // between tokens, in vec4
  out_offset: u32, // in out, in f32
  out_stride: u32, // between tokens, in f32
  bias_offset: u32, // in vectors, in f32
}

struct Run {
  tokens: u32,
  first_row: u32, // of x, where a kernel starts later than the first token
}

@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>; // [tokens][x_stride]
@group(0) @binding(3) var<storage, read_write> out: array<f32>; // [tokens][out_stride]
@group(0) @binding(4) var<storage, read> vectors: array<f32>; // [..][width], the layer's vectors
@group(0) @binding(5) var<uniform> shape: MatShape;
@group(0) @binding(6) var<uniform> run: Run;

fn store(row: u32, token: u32, sum: f32) {
  let global_row = shape.row_offset + row;
  var value = sum;
  if HAS_BIAS {
    value += vectors[shape.bias_offset + global_row];
  }
  value = activate(ACTIVATION, value);
  let index = shape.out_offset + token * shape.out_stride + global_row;
  if ADDS {
    value += out[index];
  }
  out[index] = value;
}
