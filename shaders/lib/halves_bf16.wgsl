// f16 bits of weights that a file stores as bf16.
// import "lib/half_bits"
@group(0) @binding(0) var<storage, read> source: array<u32>; // pairs

fn half(i: u32) -> u32 {
  let pair = source[i / 2u];
  return half_bits(select(pair << 16u, pair & 0xffff0000u, (i & 1u) != 0u));
}
