// A lane's share of a head's columns: one quad, in named fields. Drivers keep those in registers; arrays they keep
// there only once every loop over them is unrolled. Products are explicit fma, so that a sum's bits do not hang on how
// the compiler contracts the code around it. The kernel gives `read4`, which reads a quad of its input, and `wkv`.

struct Columns {
  a: vec4<f32>,
}

fn load_columns(at: u32) -> Columns {
  return Columns(read4(at));
}

fn load_state(at: u32) -> Columns {
  return Columns(wkv[at]);
}

fn store_state(at: u32, s: Columns) {
  wkv[at] = s.a;
}

/// Σ x·y over the lane's columns.
fn dot_columns(x: Columns, y: Columns) -> f32 {
  return fma(x.a.x, y.a.x, x.a.y * y.a.y) + fma(x.a.z, y.a.z, x.a.w * y.a.w);
}

/// s ∘ w + v·k: the part of the update that does not wait for u.
fn decay_columns(s: Columns, w: Columns, v: f32, k: Columns) -> Columns {
  let v4 = vec4<f32>(v);
  return Columns(fma(v4, k.a, s.a * w.a));
}

/// s + u·b.
fn correct_columns(s: Columns, u: f32, b: Columns) -> Columns {
  let u4 = vec4<f32>(u);
  return Columns(fma(u4, b.a, s.a));
}
