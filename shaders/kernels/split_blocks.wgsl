// Blocks { f16 scale, quants } from a file as a matrix stores them, quants apart from scales: an invocation takes two.
// QUANT_WORDS: of a block.

struct Shape {
  words: u32, // of scales, in this run: pairs of blocks
  first_word: u32, // of the run, in the matrix
}

@group(0) @binding(0) var<storage, read> source: array<u32>; // [pairs][2 · QUANT_WORDS + 1]
@group(0) @binding(1) var<storage, read_write> weights: array<u32>; // [pairs][2 · QUANT_WORDS]
@group(0) @binding(2) var<storage, read_write> scales: array<u32>; // [pairs]
@group(0) @binding(3) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  let word = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  if word >= shape.words {
    return;
  }
  let to = shape.first_word + word;
  let first = word * (2u * QUANT_WORDS + 1u);
  let second = first + QUANT_WORDS; // the block's scale is the upper half of its word
  scales[to] = (source[first] & 0xffffu) | (source[second] & 0xffff0000u);
  for (var i = 0u; i < QUANT_WORDS; i++) {
    weights[2u * to * QUANT_WORDS + i] = (source[first + i] >> 16u) | (source[first + i + 1u] << 16u);
    weights[(2u * to + 1u) * QUANT_WORDS + i] = source[second + 1u + i];
  }
}
