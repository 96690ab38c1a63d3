// A lane's share of a head's columns: eight quads SPLIT apart, in named fields. Drivers keep those in registers; arrays they keep
// there only once every loop over them is unrolled. Products are explicit fma, so that a sum's bits do not hang on how
// the compiler contracts the code around it. The kernel gives `read4`, which reads a quad of its input, and `wkv`.

struct Columns {
  a: vec4<f32>,
  b: vec4<f32>,
  c: vec4<f32>,
  d: vec4<f32>,
  e: vec4<f32>,
  f: vec4<f32>,
  g: vec4<f32>,
  h: vec4<f32>,
}

fn load_columns(at: u32) -> Columns {
  return Columns(
    read4(at),
    read4(at + SPLIT),
    read4(at + 2u * SPLIT),
    read4(at + 3u * SPLIT),
    read4(at + 4u * SPLIT),
    read4(at + 5u * SPLIT),
    read4(at + 6u * SPLIT),
    read4(at + 7u * SPLIT),
  );
}

fn load_state(at: u32) -> Columns {
  return Columns(
    wkv[at],
    wkv[at + SPLIT],
    wkv[at + 2u * SPLIT],
    wkv[at + 3u * SPLIT],
    wkv[at + 4u * SPLIT],
    wkv[at + 5u * SPLIT],
    wkv[at + 6u * SPLIT],
    wkv[at + 7u * SPLIT],
  );
}

fn store_state(at: u32, s: Columns) {
  wkv[at] = s.a;
  wkv[at + SPLIT] = s.b;
  wkv[at + 2u * SPLIT] = s.c;
  wkv[at + 3u * SPLIT] = s.d;
  wkv[at + 4u * SPLIT] = s.e;
  wkv[at + 5u * SPLIT] = s.f;
  wkv[at + 6u * SPLIT] = s.g;
  wkv[at + 7u * SPLIT] = s.h;
}

/// Σ x·y over the lane's columns.
fn dot_columns(x: Columns, y: Columns) -> f32 {
  let p = fma(x.d, y.d, fma(x.c, y.c, fma(x.b, y.b, x.a * y.a))) +
    fma(x.h, y.h, fma(x.g, y.g, fma(x.f, y.f, x.e * y.e)));
  return (p.x + p.y) + (p.z + p.w);
}

/// s ∘ w + v·k: the part of the update that does not wait for u.
fn decay_columns(s: Columns, w: Columns, v: f32, k: Columns) -> Columns {
  let v4 = vec4<f32>(v);
  return Columns(
    fma(v4, k.a, s.a * w.a),
    fma(v4, k.b, s.b * w.b),
    fma(v4, k.c, s.c * w.c),
    fma(v4, k.d, s.d * w.d),
    fma(v4, k.e, s.e * w.e),
    fma(v4, k.f, s.f * w.f),
    fma(v4, k.g, s.g * w.g),
    fma(v4, k.h, s.h * w.h),
  );
}

/// s + u·b.
fn correct_columns(s: Columns, u: f32, b: Columns) -> Columns {
  let u4 = vec4<f32>(u);
  return Columns(
    fma(u4, b.a, s.a),
    fma(u4, b.b, s.b),
    fma(u4, b.c, s.c),
    fma(u4, b.d, s.d),
    fma(u4, b.e, s.e),
    fma(u4, b.f, s.f),
    fma(u4, b.g, s.g),
    fma(u4, b.h, s.h),
  );
}
