// What the workgroups of a dispatch give each other. Nothing but atomics crosses workgroups inside of a dispatch: plain stores
// are seen late or never. Of two words nobody promises which arrives first; so what is given is waited for before a workgroup
// counts as arrived, and others take it once all have arrived. Counters only rise during a dispatch; of two sets of them one
// is in use while the other is set back for the next dispatch. All workgroups must run at a time, which `count_resident`
// finds out.
// import "lib/lane_subgroup"

@group(0) @binding(11) var<storage, read_write> exchange: array<atomic<u32>>; // the words below, then whatever is given

/// Not 0 once waiting has been given up: everything computed since is worthless.
const STALLED_AT = 0u;
const RESIDENT_AT = 1u;
const COUNTED_AT = 2u;
/// Which set of counters the next dispatch uses.
const TURN_AT = 3u;
/// A cache line, in words: each counter has one of its own.
const LINE = 32u;
const COUNTERS_AT = LINE; // [2][COUNTERS]
const COUNTERS = 5u;
const EXCHANGE_AT = COUNTERS_AT + 2u * COUNTERS * LINE;

/// No number that kernels compute has these bits.
const NEVER = 0xffc0deadu;

/// What a dispatch polls at most, about a second: far longer than any other workgroup takes.
const MOST_POLLS = 1000000u;
const POLLS_BETWEEN_CHECKS = 256u;
const COUNTING_POLLS = 4096u;

var<private> polls = 0u;

/// Counts a poll in vain; false once there is no point in more.
fn keep_waiting() -> bool {
  if polls >= MOST_POLLS {
    return false;
  }
  polls++;
  if polls == MOST_POLLS {
    atomicStore(&exchange[STALLED_AT], 1u);
    return false;
  }
  if polls % POLLS_BETWEEN_CHECKS == 0u && atomicLoad(&exchange[STALLED_AT]) != 0u {
    polls = MOST_POLLS;
    return false;
  }
  return true;
}

var<workgroup> turn_in_use: u32;

/// The set of counters that this dispatch uses. Every invocation must call.
fn begin_turn(lane: Lane) -> u32 {
  if lane.index == 0u {
    turn_in_use = atomicLoad(&exchange[TURN_AT]) & 1u;
  }
  return workgroupUniformLoad(&turn_in_use);
}

/// Sets the other counters back. For one workgroup, once all others have arrived somewhere.
fn end_turn(turn: u32, lane: Lane) {
  if lane.index < COUNTERS {
    atomicStore(&exchange[COUNTERS_AT + ((1u - turn) * COUNTERS + lane.index) * LINE], 0u);
  }
  if lane.index == 0u {
    atomicStore(&exchange[TURN_AT], 1u - turn);
  }
}

fn counter_place(turn: u32, counter: u32) -> u32 {
  return COUNTERS_AT + (turn * COUNTERS + counter) * LINE;
}

/// Counts this workgroup as one that has given all that it gives. Every invocation must call.
fn arrive(turn: u32, counter: u32, lane: Lane) {
  storageBarrier();
  if lane.index == 0u {
    atomicAdd(&exchange[counter_place(turn, counter)], 1u);
  }
}

/// Waits for so many arrivals. Every invocation must call.
fn expect(turn: u32, counter: u32, arrivals: u32, lane: Lane) {
  if lane.index == 0u {
    let at = counter_place(turn, counter);
    while atomicLoad(&exchange[at]) < arrivals && keep_waiting() {}
  }
  storageBarrier();
}

/// Stores a value that other workgroups take once this one has arrived. Asking for what was there before makes the value
/// arrive first: WebGPU has no other way to order it.
fn give(at: u32, value: f32) {
  if atomicExchange(&exchange[at], bitcast<u32>(value)) == NEVER {
    atomicStore(&exchange[STALLED_AT], 1u);
  }
}

fn take(at: u32) -> f32 {
  return bitcast<f32>(atomicLoad(&exchange[at]));
}

/// Counts the workgroups that run at a time: those that have arrived before the first has waited long enough.
fn count_resident(lane: Lane) {
  if lane.index == 0u && atomicLoad(&exchange[COUNTED_AT]) == 0u {
    atomicAdd(&exchange[RESIDENT_AT], 1u);
    for (var waited = 0u; waited < COUNTING_POLLS && atomicLoad(&exchange[COUNTED_AT]) == 0u; waited++) {}
    atomicStore(&exchange[COUNTED_AT], 1u);
  }
  // All stay until the count is over, so that the workgroup keeps its place.
  workgroupBarrier();
}
