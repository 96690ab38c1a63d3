// Scores as whole numbers in the order of the scores, so that a threshold is found by halving a range of bit patterns.
// Keys of finite scores lie between 0x00800000 and 0xff7fffff.

// A token that is never chosen.
const NO_SCORE = 0u;
// A score that is no finite number: larger than all, so that it shows.
const BAD_SCORE = 0xffffffffu;
const NO_TOKEN = 0xffffffffu;

fn key_of(score: f32) -> u32 {
  let bits = bitcast<u32>(select(score, 0.0, score == 0.0)); // −0 is no less than 0
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}

fn score_of(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key >> 31u) == 1u));
}

fn is_finite(number: f32) -> bool {
  return (bitcast<u32>(number) & 0x7f800000u) != 0x7f800000u;
}

// Of two (key, token) the one with the larger key, of equals the lower token.
fn better(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return select(a, b, b.x > a.x || (b.x == a.x && b.y < a.y));
}
