// A barrier over all workgroups of a dispatch. They must all run at a time, which `count_resident` finds out. Nothing but
// atomics crosses workgroups inside of a dispatch: plain stores are seen late or never.
// Link-time constants: LAYERS.
// import "lib/lane_subgroup"

@group(0) @binding(15) var<storage, read_write> exchange: array<atomic<u32>>; // the words below, then whatever is exchanged

/// Not 0 once a barrier has been given up: everything computed since is worthless.
const STALLED_AT = 0u;
const RESIDENT_AT = 1u;
const COUNTED_AT = 2u;
/// A layer's barriers count here, each in a cache line of its own.
const LINE = 32u;
const EXCHANGE_AT = LINE * (LAYERS + 1u);

/// A wait of about a second, far longer than any other workgroup takes.
const MOST_POLLS = 1000000u;
const POLLS_BETWEEN_CHECKS = 256u;

const COUNTING_POLLS = 4096u;

/// No number that kernels compute has these bits.
const NEVER = 0xffc0deadu;

/// Stores a value that other workgroups read after the next barrier. Asking for what was there before makes the store
/// arrive before the barrier is reached: WebGPU has no other way to order it.
fn give(at: u32, value: f32) {
  if atomicExchange(&exchange[at], bitcast<u32>(value)) == NEVER {
    atomicStore(&exchange[STALLED_AT], 1u);
  }
}

fn take(at: u32) -> f32 {
  return bitcast<f32>(atomicLoad(&exchange[at]));
}

/// The `number`th barrier of layer `layer`, counted from 1.
fn grid_barrier(number: u32, layer: u32, groups: u32, lane: Lane) {
  storageBarrier();
  workgroupBarrier();
  if lane.index == 0u {
    let at = LINE * (layer + 1u);
    atomicAdd(&exchange[at], 1u);
    var polls = 0u;
    while atomicLoad(&exchange[at]) < number * groups {
      polls++;
      if polls % POLLS_BETWEEN_CHECKS == 0u && atomicLoad(&exchange[STALLED_AT]) != 0u {
        break;
      }
      if polls == MOST_POLLS {
        atomicStore(&exchange[STALLED_AT], 1u);
        break;
      }
    }
  }
  workgroupBarrier();
  storageBarrier();
}

/// Leaves the counter of another layer at 0 for its next dispatch.
fn reset_barrier(layer: u32) {
  atomicStore(&exchange[LINE * (layer + 1u)], 0u);
}

/// Counts the workgroups that run at a time: those that have arrived before the first has waited long enough.
fn count_resident(lane: Lane) {
  if lane.index == 0u && atomicLoad(&exchange[COUNTED_AT]) == 0u {
    atomicAdd(&exchange[RESIDENT_AT], 1u);
    for (var polls = 0u; polls < COUNTING_POLLS && atomicLoad(&exchange[COUNTED_AT]) == 0u; polls++) {}
    atomicStore(&exchange[COUNTED_AT], 1u);
  }
  // All stay until the count is over, so that the workgroup keeps its place.
  workgroupBarrier();
}
