// One product on matrix units, and the weights that it reads.
@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][weight_stride]
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // [rows][scale_stride]

struct Segment {
  first_tile: u32, // in the grid, in tiles of rows
  rows: u32,
  columns: u32, // a multiple of 32
  weight_offset: u32, // of the first row in weights, in 16 bytes
  weight_stride: u32, // between rows, in 16 bytes
  scale_offset: u32, // of the first row in scales, in u32
  scale_stride: u32, // between rows, in u32
  x_offset: u32, // in x, in 8 halves
  x_stride: u32, // between tokens, in 8 halves
  out_offset: u32, // in out, in 4 elements
  out_stride: u32, // between tokens, in 4 elements
  bias_offset: u32, // in vectors, in f32, or NO_BIAS
  activation: u32,
  padding0: u32,
  padding1: u32,
  padding2: u32,
}
