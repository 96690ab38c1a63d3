// What the three kernels of the WKV share: where things lie, in units of four neighbouring numbers ("quads").
// Link-time constants: HEAD_SIZE, a multiple of 4.

struct WkvShape {
  heads: u32,
  stride: u32, // between tokens in proj, v_first and y
  slot_stride: u32, // between slots of proj
  vectors_offset: u32, // in vectors: k_k, k_a, r_k, ln_x.weight, ln_x.bias, each [heads · HEAD_SIZE]
  out_stride: u32, // between tokens in out
  state_offset: u32, // of the layer in wkv
  state_stride: u32, // between two sequences in wkv
}

struct Run {
  tokens: u32,
  first_row: u32,
}

const HEAD_QUADS = HEAD_SIZE / 4u;

// Slots of proj, [7][tokens][width]. wkv_prepare overwrites all but the first and the last in place.
const SLOT_R = 0u;
const SLOT_K = 1u; // k, then k ∘ (1 + (a − 1) ∘ k_a)
const SLOT_V = 2u; // v, then v + (v_first − v) ∘ mix
const SLOT_W = 3u; // decay logit, then the decay w
const SLOT_B = 4u; // a, then κ ∘ a
const SLOT_Z = 5u; // value mix (not read in the first layer), then −κ
const SLOT_GATE = 6u;
