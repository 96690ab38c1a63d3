// What a product on matrix units is told: up to 8 segments, products side by side in one dispatch, each with its own X, rows
// of W, columns, bias, activation and place in out. A segment begins at a tile of rows; unused ones begin past the grid.
// import "lib/units_segment"
const SUBGROUPS_ACROSS = TILE_ROWS / SUB_ROWS;
const SUBGROUPS = TILE_TOKENS / SUB_TOKENS * SUBGROUPS_ACROSS;
const WORKGROUP_SIZE = 32u * SUBGROUPS;
const SUB_M = SUB_TOKENS / 16u; // matrices of a subgroup along tokens
const SUB_N = SUB_ROWS / 16u; // and along rows
const NO_BIAS = 0xffffffffu;

struct Shape {
  segments: array<Segment, 8>,
}

struct Run {
  tokens: u32,
  first_row: u32, // unused here; other kernels' run has it
}

@group(0) @binding(2) var<storage, read> x: array<vec4<u32>>; // [tokens][x_stride], 8 halves each
@group(0) @binding(4) var<storage, read> vectors: array<f32>; // the layer's vectors
@group(0) @binding(5) var<uniform> shape: Shape;
@group(0) @binding(6) var<uniform> run: Run;

/// Tile of tokens and tile of rows of a workgroup. Workgroups that run at the same time should share tiles of X and of W
/// in the L2 cache: they go through a band of BAND tiles of tokens (0: all) for one tile of rows after the other.
fn tile_of(group: vec3<u32>, groups: vec3<u32>) -> vec2<u32> {
  if BAND == 0u {
    return group.xy;
  }
  let number = group.y * groups.x + group.x;
  let first = number / (BAND * groups.y) * BAND;
  let inside = number - first * groups.y;
  let width = min(BAND, groups.x - first);
  return vec2<u32>(first + inside % width, inside / width);
}

fn segment_of(row_tile: u32) -> u32 {
  var found = 0u;
  for (var i = 1u; i < 8u; i++) {
    if row_tile >= shape.segments[i].first_tile {
      found = i;
    }
  }
  return found;
}
