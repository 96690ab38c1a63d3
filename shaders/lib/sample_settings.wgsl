// How tokens are chosen: one struct for an answer, written once.
struct Settings {
  vocabulary: u32,
  groups: u32, // workgroups of sample_scan
  greedy: u32, // 1: the best token, nothing is drawn
  penalises: u32, // 1: counts are kept
  presence: f32,
  frequency: f32,
  decay: f32,
  top_p: f32, // 1 or more keeps all
  top_k: u32, // 0 keeps all
  power: f32, // 1 / temperature
}

// Where the bit of a token stands in the set of this kind; sets follow each other, each rounded up to a word.
fn flag_word(kind: u32, token: u32, vocabulary: u32) -> u32 {
  return kind * ((vocabulary + 31u) / 32u) + token / 32u;
}

const BANNED = 0u;
const UNCOUNTED = 1u;
