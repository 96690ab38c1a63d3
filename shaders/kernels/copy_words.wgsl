// to = from: the shift state takes what a run has kept for it, inside of the same pass.
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if id.x < min(arrayLength(&source), arrayLength(&target_words)) {
    target_words[id.x] = source[id.x];
  }
}
