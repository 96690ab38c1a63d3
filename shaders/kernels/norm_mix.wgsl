// Layer norm and token shift: h = LN(x), then MIXES lerps h + (previous h − h) ∘ μ. A workgroup takes STRIP neighbouring
// tokens one after another and holds a token's row in registers, so that x is read once, and once more the token before
// the strip, whose h is computed anew (or taken from the state for a sequence's first token): the same code gives every
// h, so that its bits do not depend on strips or cuts.
// Link-time constants: WIDTH (a multiple of 4), MIXES (6 for time mix in the order r w k v a g, 1 for channel mix), STRIP,
// WORKGROUP_SIZE, LAYER_NORM_EPSILON, SEQUENCES (each token is the next one of its own sequence, STRIP is 1; else all
// tokens are one sequence). Imports: "store" chooses f32 or f16, "shift" whether the state changes in place.
// import "lane"
// import "reduce"
// import "store"
// import "shift"

/// Positions and distances in quads, groups of four neighbouring numbers.
struct Shape {
  x_stride: u32, // between tokens
  out_stride: u32, // between tokens
  slot_stride: u32, // between two mixes in out
  norm_offset: u32, // in vectors: weight, then bias
  mix_offset: u32, // in vectors: MIXES vectors
  shift_offset: u32, // of the layer's vector in a sequence's shift
  shift_stride: u32, // between two sequences in shift
}

struct Run {
  tokens: u32,
  first_row: u32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>; // [tokens][x_stride]
// binding 1: out [MIXES][tokens][out_stride]
@group(0) @binding(2) var<storage, read> vectors: array<vec4<f32>>; // [..][width / 4]
@group(0) @binding(3) var<uniform> shape: Shape;
@group(0) @binding(4) var<uniform> run: Run;

const ROW_QUADS = WIDTH / 4u;
/// Quads of a row that a lane holds, WORKGROUP_SIZE apart.
const QUADS = (ROW_QUADS + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;

fn sum_of(value: vec4<f32>, lane: Lane) -> f32 {
  return workgroup_sum4(vec4<f32>((value.x + value.y) + (value.z + value.w), 0.0, 0.0, 0.0), lane).x;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
  let first = group.x * STRIP;
  let end = min(first + STRIP, run.tokens);
  let shift_at = shape.shift_offset + select(0u, first, SEQUENCES) * shape.shift_stride;
  var previous: array<vec4<f32>, QUADS>;
  var t = first;
  if SEQUENCES || first == 0u {
    for (var i = 0u; i < QUADS; i++) {
      let c = i * WORKGROUP_SIZE + lane.index;
      if c < ROW_QUADS {
        previous[i] = shift[shift_at + c];
      }
    }
  } else {
    t = first - 1u;
  }
  for (; t < end; t++) {
    var h: array<vec4<f32>, QUADS>;
    var sum = vec4<f32>();
    for (var i = 0u; i < QUADS; i++) {
      let c = i * WORKGROUP_SIZE + lane.index;
      if c < ROW_QUADS {
        h[i] = x[t * shape.x_stride + c];
        sum += h[i];
      }
    }
    let mean = vec4<f32>(sum_of(sum, lane) / f32(WIDTH));
    var squares = vec4<f32>();
    for (var i = 0u; i < QUADS; i++) {
      if i * WORKGROUP_SIZE + lane.index < ROW_QUADS {
        h[i] -= mean;
        squares = fma(h[i], h[i], squares);
      }
    }
    let scale = inverseSqrt(sum_of(squares, lane) / f32(WIDTH) + LAYER_NORM_EPSILON);
    for (var i = 0u; i < QUADS; i++) {
      let c = i * WORKGROUP_SIZE + lane.index;
      if c < ROW_QUADS {
        h[i] = fma(h[i] * scale, vectors[shape.norm_offset + c], vectors[shape.norm_offset + ROW_QUADS + c]);
        if t >= first {
          for (var m = 0u; m < MIXES; m++) {
            let mu = vectors[shape.mix_offset + m * ROW_QUADS + c];
            store4(m * shape.slot_stride + t * shape.out_stride + c, fma(previous[i] - h[i], mu, h[i]));
          }
        }
        if SEQUENCES || t == run.tokens - 1u {
          keep(shift_at + c, h[i]);
        }
        previous[i] = h[i];
      }
    }
  }
}
