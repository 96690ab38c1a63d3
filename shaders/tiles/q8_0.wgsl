// Weights stored as GGUF's Q8_0, quants apart from scales, for tiles: value = scale of the block of 32 columns · int8.
// Quants [rows][columns]; scales [rows][blocks], f16 in pairs.
// import "lib/units_segment"
// import "lib/units_bytes"
const WEIGHTS_PER_LOAD = 16u;

struct Packed {
  quants: vec4<u32>,
  scale: f32,
}

fn prepare_weights(index: u32) {}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  let quants = weights[segment.weight_offset + row * segment.weight_stride + column / 16u];
  return Packed(quants, scale_f16(segment.scale_offset + row * segment.scale_stride, column / 32u));
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  // With the top bit flipped an int8 becomes itself + 128 without a sign.
  let low = shifted_bytes(packed.quants[2u * eight] ^ 0x80808080u) - (SHIFT + 128.0);
  let high = shifted_bytes(packed.quants[2u * eight + 1u] ^ 0x80808080u) - (SHIFT + 128.0);
  return pack_eight(packed.scale * low, packed.scale * high);
}
