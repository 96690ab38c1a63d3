// f16 bits of weights that a file stores as f32.
// import "lib/half_bits"
@group(0) @binding(0) var<storage, read> source: array<u32>;

fn half(i: u32) -> u32 {
  return half_bits(source[i]);
}
