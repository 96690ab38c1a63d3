// The token shift's state in two buffers, before and after a run: for runs in which the first token's reader and the last
// token's writer may meet.
@group(0) @binding(5) var<storage, read> shift: array<vec4<f32>>; // [sequences][layers][2][width / 4]
@group(0) @binding(6) var<storage, read_write> shift_next: array<vec4<f32>>; // the same

fn keep(at: u32, h: vec4<f32>) {
  shift_next[at] = h;
}
