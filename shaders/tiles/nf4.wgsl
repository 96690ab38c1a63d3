// Weights stored as NF4, for tiles: value = largest magnitude of the block of 64 columns · one of 16 levels, the quantiles
// of a normal distribution. Codes [rows][columns / 8], eight a word, lowest bits first; scales [rows][blocks], f16 in pairs.
// import "lib/units_segment"
// import "lib/units_bytes"
const WEIGHTS_PER_LOAD = 32u;

struct Packed {
  codes: vec4<u32>,
  scale: f32,
}

const LEVELS = array<f32, 16>(
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
);

/// In workgroup memory all 16 levels lie in different banks: any mix of them is read at once.
var<workgroup> levels: array<f32, 16>;

fn prepare_weights(index: u32) {
  if index < 16u {
    var table = LEVELS;
    levels[index] = table[index];
  }
  workgroupBarrier();
}

fn load_weights(segment: Segment, row: u32, column: u32) -> Packed {
  return Packed(
    weights[segment.weight_offset + row * segment.weight_stride + column / 32u],
    scale_f16(segment.scale_offset + row * segment.scale_stride, column / 64u),
  );
}

/// The weights number 8 · eight … 8 · eight + 7 of a load as f16, two a word.
fn eight_weights(packed: Packed, eight: u32) -> vec4<u32> {
  let codes = (vec4<u32>(packed.codes[eight]) >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(0x000f000fu);
  let a = codes & vec4<u32>(15u);
  let b = codes >> vec4<u32>(16u);
  let low = vec4<f32>(levels[a.x], levels[a.y], levels[a.z], levels[a.w]);
  let high = vec4<f32>(levels[b.x], levels[b.y], levels[b.z], levels[b.w]);
  return pack_eight(packed.scale * low, packed.scale * high);
}
