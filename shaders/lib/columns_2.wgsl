// A lane's share of a head's columns: two quads SPLIT apart, in named fields. Drivers keep those in registers; arrays they keep
// there only once every loop over them is unrolled. Products are explicit fma, so that a sum's bits do not hang on how
// the compiler contracts the code around it. The kernel gives `read4`, which reads a quad of its input, and `wkv`.

struct Columns {
  a: vec4<f32>,
  b: vec4<f32>,
}

fn load_columns(at: u32) -> Columns {
  return Columns(
    read4(at),
    read4(at + SPLIT),
  );
}

fn load_state(at: u32) -> Columns {
  return Columns(
    wkv[at],
    wkv[at + SPLIT],
  );
}

fn store_state(at: u32, s: Columns) {
  wkv[at] = s.a;
  wkv[at + SPLIT] = s.b;
}

/// Σ x·y over the lane's columns.
fn dot_columns(x: Columns, y: Columns) -> f32 {
  let p = fma(x.b, y.b, x.a * y.a);
  return (p.x + p.y) + (p.z + p.w);
}

/// s ∘ w + v·k: the part of the update that does not wait for u.
fn decay_columns(s: Columns, w: Columns, v: f32, k: Columns) -> Columns {
  let v4 = vec4<f32>(v);
  return Columns(
    fma(v4, k.a, s.a * w.a),
    fma(v4, k.b, s.b * w.b),
  );
}

/// s + u·b.
fn correct_columns(s: Columns, u: f32, b: Columns) -> Columns {
  let u4 = vec4<f32>(u);
  return Columns(
    fma(u4, b.a, s.a),
    fma(u4, b.b, s.b),
  );
}
