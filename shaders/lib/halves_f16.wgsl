// f16 bits of weights that a file stores as f16.
@group(0) @binding(0) var<storage, read> source: array<u32>; // pairs

fn half(i: u32) -> u32 {
  return (source[i / 2u] >> (16u * (i & 1u))) & 0xffffu;
}
