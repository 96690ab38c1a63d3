// Chooses the next token from what sample_scan left, in one workgroup: softmax, top-p, top-k and the temperature last, as
// `src/engine/sampling/sampler.ts` does. Writes the token where the next step reads it, and notes it for the penalties.
//
// The cuts are thresholds on keys, found without sorting: each sweep over the keys takes the weight above sixteen
// thresholds within the range that is left. Then every invocation takes a block of tokens, the blocks' weights are summed
// in order, and one invocation walks through the block in which the draw lies.
// import "lane"
// import "reduce"
// import "best"
// import "lib/sample_settings"

struct Run {
  token: u32, // chosen last
  step: u32, // steps done in this run
  randoms: array<f32>, // for each step a number in [0, 1)
}

@group(0) @binding(0) var<storage, read> keys: array<vec4<u32>>; // of sample_scan
@group(0) @binding(1) var<storage, read> partials: array<vec4<u32>>; // of sample_scan
@group(0) @binding(2) var<storage, read> flags: array<u32>; // two sets of tokens as bits: banned, uncounted
@group(0) @binding(3) var<storage, read_write> counts: array<f32>; // [vocabulary]; −1: has not occurred
@group(0) @binding(4) var<storage, read_write> run: Run;
@group(0) @binding(5) var<storage, read_write> ids: array<u32>; // [steps]; or why there is none, see below
@group(0) @binding(6) var<storage, read_write> tokens: array<u32>; // [0]: what the next step embeds
@group(0) @binding(7) var<uniform> settings: Settings;

// In place of an id: this bit and the token whose score is not finite; or all bits, when every token is banned.
const FAILED = 0x80000000u;

// A range of keys that holds the threshold, with the weights (or numbers) of the tokens from either end on.
struct Bracket {
  low: u32,
  high: u32, // the range ends before it
  from_low: f32,
  from_high: f32,
}

// All tokens have a weight of at most 1, and there are fewer.
const UNKNOWN_WEIGHT = 1e30;

var<workgroup> bracket: Bracket;
var<workgroup> prefix: array<f32, WORKGROUP_SIZE>;
var<workgroup> drawing: atomic<u32>;
var<workgroup> last_drawable: atomic<u32>;
var<workgroup> drawn: u32;

// Narrows the bracket to one key: the largest from which on the weights reach `goal`, or the lowest when none does.
fn narrow(counting: bool, goal: f32, top: f32, lane: Lane) {
  let quads = (settings.vocabulary + 3u) / 4u;
  // 16 to the power of 8 is more than the number of keys.
  for (var sweep = 0u; sweep < 8u; sweep++) {
    let now = workgroupUniformLoad(&bracket);
    if now.high - now.low <= 1u {
      break;
    }
    let width = (now.high - now.low + 15u) / 16u;
    let first = vec4<u32>(0u, 1u, 2u, 3u) * width + now.low;
    let thresholds = array<vec4<u32>, 4>(first, first + 4u * width, first + 8u * width, first + 12u * width);
    var above = array<vec4<f32>, 4>();
    for (var q = lane.index; q < quads; q += WORKGROUP_SIZE) {
      let four = keys[q];
      for (var c = 0u; c < 4u; c++) {
        let key = four[c];
        if key < now.low || key >= now.high {
          continue;
        }
        let weight = select(exp(score_of(key) - top), 1.0, counting);
        for (var i = 0u; i < 4u; i++) {
          above[i] += select(vec4<f32>(), vec4<f32>(weight), vec4<u32>(key) >= thresholds[i]);
        }
      }
    }
    for (var i = 0u; i < 4u; i++) {
      above[i] = workgroup_sum4(above[i], lane);
    }
    if lane.index == 0u {
      var next = now;
      next.from_low = now.from_high + above[0].x;
      for (var i = 1u; i < 16u; i++) {
        let threshold = thresholds[i / 4u][i % 4u];
        if threshold >= now.high {
          break;
        }
        let weight = now.from_high + above[i / 4u][i % 4u];
        if weight < goal {
          next.high = threshold;
          next.from_high = weight;
          break;
        }
        next.low = threshold;
        next.from_low = weight;
      }
      bracket = next;
    }
  }
}

// Leaves in `prefix` the sums of `value` over the invocations up to each one (W. D. Hillis, G. L. Steele 1986).
fn sum_prefixes(value: f32, lane: Lane) {
  prefix[lane.index] = value;
  workgroupBarrier();
  for (var stride = 1u; stride < WORKGROUP_SIZE; stride *= 2u) {
    var sum = prefix[lane.index];
    if lane.index >= stride {
      sum += prefix[lane.index - stride];
    }
    workgroupBarrier();
    prefix[lane.index] = sum;
    workgroupBarrier();
  }
}

fn prefix_before(index: u32) -> f32 {
  return select(0.0, prefix[max(index, 1u) - 1u], index > 0u);
}

// The weight with which a token is drawn. Of those at the threshold the first `equals` count, which it counts down.
fn weight_of(key: u32, threshold: u32, top: f32, equals: ptr<function, f32>) -> f32 {
  if key < threshold {
    return 0.0;
  }
  if key == threshold {
    *equals -= 1.0;
    if *equals < 0.0 {
      return 0.0;
    }
  }
  return exp((score_of(key) - top) * settings.power);
}

fn draw(top_key: u32, lane: Lane) -> u32 {
  let top = score_of(top_key);
  var sum = 0.0;
  for (var i = lane.index; i < settings.groups; i += WORKGROUP_SIZE) {
    let part = partials[i];
    if part.x != NO_SCORE {
      sum += bitcast<f32>(part.z) * exp(score_of(part.x) - top);
    }
  }
  let total = workgroup_sum4(vec4<f32>(sum, 0.0, 0.0, 0.0), lane).x;
  // First top-p, then top-k: one call in a loop, as compilers copy functions into every place that calls them.
  var low = NO_SCORE + 1u;
  if settings.top_p < 1.0 {
    // All tokens below this together weigh less than half of what may be cut, so the threshold lies above it.
    let floor_weight = (1.0 - settings.top_p) * total / (2.0 * f32(settings.vocabulary));
    low = max(key_of(top + log(floor_weight) - 0.01), low);
  }
  var cut = Bracket(low, top_key + 1u, UNKNOWN_WEIGHT, 0.0);
  for (var kind = 0u; kind < 2u; kind++) {
    let counting = kind == 1u;
    if (counting && settings.top_k > 0u) || (!counting && settings.top_p < 1.0) {
      if lane.index == 0u {
        bracket = Bracket(cut.low, top_key + 1u, UNKNOWN_WEIGHT, 0.0);
      }
      narrow(counting, select(settings.top_p * total, f32(settings.top_k), counting), top, lane);
      cut = workgroupUniformLoad(&bracket);
    }
  }

  let quads = (settings.vocabulary + 3u) / 4u;
  let block = (quads + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
  let start = min(lane.index * block, quads);
  let end = min(start + block, quads);
  // Without top-k all tokens at the threshold are kept.
  var equals = UNKNOWN_WEIGHT;
  if settings.top_k > 0u {
    var own = 0.0;
    for (var q = start; q < end; q++) {
      own += dot(select(vec4<f32>(), vec4<f32>(1.0), keys[q] == vec4<u32>(cut.low)), vec4<f32>(1.0));
    }
    sum_prefixes(own, lane);
    equals = f32(settings.top_k) - cut.from_high - prefix_before(lane.index);
    workgroupBarrier(); // `prefix` is used again
  }

  var left = equals;
  var weight = 0.0;
  for (var q = start; q < end; q++) {
    let four = keys[q];
    for (var c = 0u; c < 4u; c++) {
      weight += weight_of(four[c], cut.low, top, &left);
    }
  }
  if lane.index == 0u {
    atomicStore(&drawing, NO_TOKEN);
    atomicStore(&last_drawable, 0u);
  }
  sum_prefixes(weight, lane);
  let wanted = run.randoms[run.step] * prefix[WORKGROUP_SIZE - 1u];
  if weight > 0.0 {
    atomicMax(&last_drawable, lane.index);
    if prefix[lane.index] > wanted {
      atomicMin(&drawing, lane.index);
    }
  }
  workgroupBarrier();
  // Rounding may have left a trace that no block reaches: it belongs to the last token that can be drawn at all.
  if lane.index == min(atomicLoad(&drawing), atomicLoad(&last_drawable)) {
    left = equals;
    var rest = max(wanted - prefix_before(lane.index), 0.0);
    var token = 0u;
    for (var i = 4u * start; i < 4u * end && rest >= 0.0; i++) {
      let own = weight_of(keys[i / 4u][i % 4u], cut.low, top, &left);
      if own > 0.0 {
        token = i;
        rest -= own;
      }
    }
    drawn = token;
  }
  return workgroupUniformLoad(&drawn);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(lane: Lane) {
  var best = vec2<u32>(NO_SCORE, NO_TOKEN);
  for (var i = lane.index; i < settings.groups; i += WORKGROUP_SIZE) {
    best = better(best, partials[i].xy);
  }
  let top = workgroup_best(best, lane);
  var token = top.y;
  if settings.greedy == 0u {
    token = draw(top.x, lane);
  }
  if lane.index != 0u {
    return;
  }
  var id = token;
  if top.x == BAD_SCORE {
    id = FAILED | top.y;
  }
  if top.x == NO_SCORE {
    id = NO_TOKEN;
  }
  // After a failure the run goes on with some token that exists; the host throws it all away.
  token = select(token, 0u, id >= FAILED);
  let step_done = run.step;
  ids[step_done] = id;
  run.step = step_done + 1u;
  run.token = token;
  tokens[0] = token;
  if settings.penalises == 1u {
    let uncounted = (flags[flag_word(UNCOUNTED, token, settings.vocabulary)] >> (token % 32u)) & 1u;
    counts[token] = max(counts[token], 0.0) + f32(1u - uncounted);
  }
}
