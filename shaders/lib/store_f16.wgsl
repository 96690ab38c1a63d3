// The output of a kernel that feeds an f16 matrix product: pairs of f16 in u32, so that shader-f16 is not needed here.
@group(0) @binding(1) var<storage, read_write> out: array<vec2<u32>>;

/// Writes four neighbouring numbers; `at` counts groups of four. What f16 cannot hold becomes its largest number, since
/// WGSL leaves the result of an overflowing conversion open.
fn store4(at: u32, value: vec4<f32>) {
  let held = clamp(value, vec4<f32>(-65504.0), vec4<f32>(65504.0));
  out[at] = vec2<u32>(pack2x16float(held.xy), pack2x16float(held.zw));
}
