// Activations as int8 with one scale for 32 neighbours, as products of integers want them.

/// The scale for a block whose largest magnitude is `largest`.
fn int8_scale(largest: f32) -> f32 {
  return largest / 127.0;
}

/// Four values as four bytes, lowest first.
fn to_int8(values: vec4<f32>, scale: f32) -> u32 {
  let inverse = select(0.0, 1.0 / scale, scale > 0.0);
  return pack4xI8(vec4<i32>(round(values * inverse)));
}

fn largest_of(v: vec4<f32>) -> f32 {
  let magnitudes = abs(v);
  return max(max(magnitudes.x, magnitudes.y), max(magnitudes.z, magnitudes.w));
}
