// Weights stored as GGUF's Q4_0, quants apart from scales, for tiles: value = scale of the block of 32 columns · (n − 8).
// Quants [rows][blocks] of 16 bytes: byte i holds column i in its low and column i + 16 in its high half. Scales
// [rows][blocks], f16 in pairs.
// import "lib/units_segment"
// import "lib/units_bytes"
const WEIGHTS_PER_LOAD = 32u;

struct Packed {
  quants: vec4<u32>,
  scale: f32,
}

fn prepare_weights(index: u32) {}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  let block = column / 32u;
  return Packed(
    weights[segment.weight_offset + row * segment.weight_stride + block],
    scale_f16(segment.scale_offset + row * segment.scale_stride, block),
  );
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  let half = 4u * (eight / 2u); // of each byte
  let word = 2u * (eight & 1u);
  let low = shifted_bytes((packed.quants[word] >> half) & 0x0f0f0f0fu) - (SHIFT + 8.0);
  let high = shifted_bytes((packed.quants[word + 1u] >> half) & 0x0f0f0f0fu) - (SHIFT + 8.0);
  return pack_eight(packed.scale * low, packed.scale * high);
}
