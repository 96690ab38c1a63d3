// The token shift's state in one buffer, for runs with one token of each sequence: whoever reads a number replaces it.
@group(0) @binding(5) var<storage, read_write> shift: array<vec4<f32>>; // [sequences][layers][2][width / 4]

fn keep(at: u32, h: vec4<f32>) {
  shift[at] = h;
}
