// Rows of weights from a file as a matrix of f16 stores them: an invocation makes one word, two columns of a row.
// import "halves"

struct Shape {
  words: u32, // in this run: rows · row_words
  first_word: u32, // of the run, in the matrix
  row_words: u32, // columns / 2
  row_stride: u32, // in the source, in numbers; 1 where it is stored transposed
  column_stride: u32,
}

@group(0) @binding(1) var<storage, read_write> weights: array<u32>; // [rows][columns / 2]
@group(0) @binding(2) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  let word = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  if word >= shape.words {
    return;
  }
  let row = word / shape.row_words;
  let at = row * shape.row_stride + 2u * (word - row * shape.row_words) * shape.column_stride;
  weights[shape.first_word + word] = half(at) | (half(at + shape.column_stride) << 16u);
}
