// Weights stored as bytes between two bounds, for tiles: value = min + (max − min) · q / 255 in blocks of 128 columns.
// Quants [rows][columns]; scales [rows][blocks] of (min, max) as f16, min in the low half.
// import "lib/units_segment"
// import "lib/units_bytes"
const WEIGHTS_PER_LOAD = 16u;

struct Packed {
  quants: vec4<u32>,
  bounds: u32,
}

fn prepare_weights(index: u32) {}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  let quants = weights[segment.weight_offset + row * segment.weight_stride + column / 16u];
  return Packed(quants, weight_scales[segment.scale_offset + row * segment.scale_stride + column / 128u]);
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  let bounds = unpack2x16float(packed.bounds);
  let step = (bounds.y - bounds.x) * (1.0 / 255.0);
  let low = shifted_bytes(packed.quants[2u * eight]) - SHIFT;
  let high = shifted_bytes(packed.quants[2u * eight + 1u]) - SHIFT;
  return pack_eight(bounds.x + step * low, bounds.x + step * high);
}
