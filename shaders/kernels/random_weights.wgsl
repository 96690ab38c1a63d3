// Fills a weight buffer with pseudo-random words of a plausible scale, for benchmarks without a model file.
// Link-time constants: WORD_KIND, GROUPS (workgroups of the dispatch).
@group(0) @binding(0) var<storage, read_write> words: array<u32>;

const WORD_BYTES = 0u;
const WORD_F16_PAIR = 1u;
const WORD_F32 = 2u;
const WORD_SCALE_PAIR = 3u; // of q8_0: largest weight 0.03
const WORD_RANGE_PAIR = 4u; // min and max of int8; two absmax of nf4
const WORD_NIBBLE_SCALE_PAIR = 5u; // of q4_0
const STRIDE = 64u * GROUPS;

fn hash(seed: u32) -> u32 {
  var h = seed * 747796405u + 2891336453u;
  h = ((h >> ((h >> 28u) + 4u)) ^ h) * 277803737u;
  return (h >> 22u) ^ h;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  for (var i = id.x; i < arrayLength(&words); i += STRIDE) {
    let h = hash(i);
    switch WORD_KIND {
      case WORD_F16_PAIR: { words[i] = pack2x16float((vec2<f32>(vec2<u32>(h & 0xffffu, h >> 16u)) / 65535.0 - 0.5) * 0.06); }
      case WORD_F32: { words[i] = bitcast<u32>((f32(h) / 4294967295.0 - 0.5) * 0.06); }
      case WORD_SCALE_PAIR: { words[i] = pack2x16float(vec2<f32>(0.00025)); }
      case WORD_RANGE_PAIR: { words[i] = pack2x16float(vec2<f32>(-0.03, 0.03)); }
      case WORD_NIBBLE_SCALE_PAIR: { words[i] = pack2x16float(vec2<f32>(0.004)); }
      default: { words[i] = h; }
    }
  }
}
