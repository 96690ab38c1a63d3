// Weights stored as f32, for tiles: [rows][columns].
// import "lib/units_segment"
// import "lib/units_bytes"
const WEIGHTS_PER_LOAD = 8u;

struct Packed {
  low: vec4<f32>,
  high: vec4<f32>,
}

fn prepare_weights(index: u32) {}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  let at = segment.weight_offset + row * segment.weight_stride + column / 4u;
  return Packed(bitcast<vec4<f32>>(weights[at]), bitcast<vec4<f32>>(weights[at + 1u]));
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  return pack_eight(packed.low, packed.high);
}
