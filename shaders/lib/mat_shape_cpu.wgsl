// What the matrix kernels for CPU adapters share: shape, the run's size, x in quads, and where a result goes. What follows
// the product is said by the shape, not by link-time constants: SwiftShader compiles mat_mat_cpu for most of a second, and
// it would have seven variants. Link-time constant: ACTIVATED (else `activation` is not looked at).
// import "lib/activations"
enable subgroups;

struct MatShape {
  rows: u32, // in this slice of the matrix
  columns4: u32, // columns / 4, padded
  row_offset: u32, // of this slice in the whole matrix
  x_offset: u32, // in x, in vec4
  x_stride: u32, // between tokens, in vec4
  out_offset: u32, // in out, in f32
  out_stride: u32, // between tokens, in f32
  bias_offset: u32, // in vectors, in f32
  activation: u32, // ACTIVATION_…
  has_bias: u32, // 1: a vector of the layer is added before the activation
  adds: u32, // 1: the result is added to the output
}

struct Run {
  tokens: u32,
  first_row: u32, // of x, where a kernel starts later than the first token
}

@group(0) @binding(2) var<storage, read> x: array<f32>; // [tokens][x_stride · 4]
@group(0) @binding(3) var<storage, read_write> out: array<f32>; // [tokens][out_stride]
@group(0) @binding(4) var<storage, read> vectors: array<f32>; // [..][width], the layer's vectors
@group(0) @binding(5) var<uniform> shape: MatShape;
@group(0) @binding(6) var<uniform> run: Run;

/// Four columns of x from `at` on, column i ^ lane in component i, where `lane` is the invocation's place in its quad: each
/// of the quad's invocations reads one of the four and takes the others over.
fn quad_of_x(at: u32, lane: u32) -> vec4<f32> {
  let own = x[at + lane];
  return vec4<f32>(own, quadSwapX(own), quadSwapY(own), quadSwapDiagonal(own));
}

fn store(row: u32, token: u32, sum: f32) {
  let global_row = shape.row_offset + row;
  var value = sum;
  if shape.has_bias == 1u {
    value += vectors[shape.bias_offset + global_row];
  }
  if ACTIVATED {
    value = activate(shape.activation, value);
  }
  let index = shape.out_offset + token * shape.out_stride + global_row;
  if shape.adds == 1u {
    value += out[index];
  }
  out[index] = value;
}
