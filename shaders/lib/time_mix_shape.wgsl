// The uniforms of the time mix, in one kernel or, for CPU adapters, in three steps.
struct Shape {
  width: u32,
  width_stride: u32, // of proj, v_first and out, in f32
  slot_stride: u32, // between two vectors in proj, in f32
  vectors_offset: u32, // in vectors: k_k, k_a, r_k, ln_x.weight, ln_x.bias, each [width]
}

struct Run {
  tokens: u32,
  first_row: u32,
}
