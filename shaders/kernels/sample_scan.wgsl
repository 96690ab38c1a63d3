// keys[token] = the score of each token as an ordered number: its logit less the penalties, or NO_SCORE if it is banned;
// and of each workgroup's stretch of tokens the best one and the sum of e^(score − best score).
// Also lets all counts decay, for the next step: sample_pick then counts the token that it chooses.
// Link-time constants: WORKGROUP_SIZE, ITEMS (tokens of an invocation).
// import "lane"
// import "reduce"
// import "best"
// import "lib/sample_settings"

@group(0) @binding(0) var<storage, read> logits: array<f32>; // [vocabulary]
@group(0) @binding(1) var<storage, read> flags: array<u32>; // two sets of tokens as bits: banned, uncounted
@group(0) @binding(2) var<storage, read_write> counts: array<f32>; // [vocabulary]; −1: has not occurred
@group(0) @binding(3) var<storage, read_write> keys: array<u32>; // [vocabulary], padded with NO_SCORE
@group(0) @binding(4) var<storage, read_write> partials: array<vec4<u32>>; // [groups]: key, token, bits of the sum
@group(0) @binding(5) var<uniform> settings: Settings;

fn key_at(token: u32) -> u32 {
  var score = logits[token];
  if !is_finite(score) {
    return BAD_SCORE;
  }
  if settings.penalises == 1u {
    let count = counts[token];
    if count >= 0.0 {
      score -= settings.presence + settings.frequency * count;
      counts[token] = count * settings.decay;
    }
  }
  let banned = (flags[flag_word(BANNED, token, settings.vocabulary)] >> (token % 32u)) & 1u;
  return select(key_of(score), NO_SCORE, banned == 1u);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  var own: array<u32, ITEMS>;
  var best = vec2<u32>(NO_SCORE, NO_TOKEN);
  for (var i = 0u; i < ITEMS; i++) {
    let token = (group.x * ITEMS + i) * WORKGROUP_SIZE + lane.index;
    var key = NO_SCORE;
    if token < settings.vocabulary {
      key = key_at(token);
      keys[token] = key;
      best = better(best, vec2<u32>(key, token));
    }
    own[i] = key;
  }
  let top = workgroup_best(best, lane);
  var sum = 0.0;
  if settings.greedy == 0u {
    for (var i = 0u; i < ITEMS; i++) {
      if own[i] != NO_SCORE {
        sum += exp(score_of(own[i]) - score_of(top.x));
      }
    }
    sum = workgroup_sum4(vec4<f32>(sum, 0.0, 0.0, 0.0), lane).x;
  }
  if lane.index == 0u {
    partials[group.x] = vec4<u32>(top, bitcast<u32>(sum), 0u);
  }
}
