// Rows of weights from a file as a quantised matrix stores them: an invocation makes one word of scales and its columns.
// import "source"
// import "quantiser"

struct Shape {
  words: u32, // of scales, in this run: rows · columns / WORD_COLUMNS
  first_word: u32, // of the run, in the matrix
}

@group(0) @binding(1) var<storage, read_write> weights: array<u32>; // [rows][columns · bits / 32]
@group(0) @binding(2) var<storage, read_write> scales: array<u32>; // [rows][columns / WORD_COLUMNS]
@group(0) @binding(3) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  let word = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  if word >= shape.words {
    return;
  }
  scales[shape.first_word + word] = quantise_word(word * WORD_COLUMNS, shape.first_word + word);
}

fn largest_magnitude(first: u32, count: u32) -> f32 {
  var largest = 0.0;
  for (var i = 0u; i < count; i++) {
    largest = max(largest, abs(source_value(first + i)));
  }
  return largest;
}

/// 1 / x, or 0 for a block of zeros.
fn inverse(x: f32) -> f32 {
  return select(0.0, 1.0 / x, x != 0.0);
}
