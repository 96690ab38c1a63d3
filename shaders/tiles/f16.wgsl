// Weights stored as f16, for tiles: [rows][columns].
// import "lib/units_segment"
const WEIGHTS_PER_LOAD = 8u;

struct Packed {
  halves: vec4<u32>,
}

fn prepare_weights(index: u32) {}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  return Packed(weights[segment.weight_offset + row * segment.weight_stride + column / 8u]);
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  return packed.halves;
}
