// One token's activations in workgroup memory, shared by all rows of the workgroup: as f32, and where the weight format
// multiplies integers (INTEGER_INPUT) as int8 too.
// Link-time constants: COLUMNS, WORKGROUP_SIZE, INTEGER_INPUT.
// import "lib/input_quantise"
// import "lib/piece_order"

const QUADS = COLUMNS / 4u;
const INTEGER_QUADS = select(4u, QUADS, INTEGER_INPUT);

var<workgroup> tile: array<vec4<f32>, QUADS>;
var<workgroup> tile_largest: array<f32, INTEGER_QUADS>;
var<workgroup> tile_bytes: array<vec4<u32>, INTEGER_QUADS / 4u>;
var<workgroup> tile_scales: array<f32, (INTEGER_QUADS + 7u) / 8u>;

/// Units that a piece of the weights needs; integer products do not read the f32 form, the adapters' f16 rows do.
const TILE_UNITS_PER_PIECE = select(UNITS_PER_PIECE, 2u, INTEGER_INPUT);

/// Where columns 4·quad … lie in the tile.
fn tile_place(quad: u32) -> u32 {
  return unit_place(quad, QUADS, TILE_UNITS_PER_PIECE);
}

/// Columns 4·quad …
fn input4(quad: u32) -> vec4<f32> {
  return tile[tile_place(quad)];
}

/// The unit'th four columns of a piece.
fn input_unit(piece: u32, unit: u32) -> vec4<f32> {
  return tile[unit * (QUADS / UNITS_PER_PIECE) + piece];
}

/// The unit'th sixteen columns of a piece, as int8.
fn input_bytes(piece: u32, unit: u32) -> vec4<u32> {
  return tile_bytes[unit * (COLUMNS / PIECE_COLUMNS) + piece];
}

/// The scale of columns 32·block …
fn input_scale(block: u32) -> f32 {
  return tile_scales[block];
}

/// Makes the int8 form once the f32 form is stored. Every invocation must call; a barrier must follow.
fn quantise_tile(index: u32) {
  if !INTEGER_INPUT {
    return;
  }
  for (var q = index; q < QUADS; q += WORKGROUP_SIZE) {
    tile_largest[q] = largest_of(input4(q));
  }
  workgroupBarrier();
  // An invocation makes the sixteen bytes that products read together: two of them a block.
  for (var group = index; group < QUADS / 4u; group += WORKGROUP_SIZE) {
    let first = group / 2u * 8u;
    var largest = 0.0;
    for (var i = 0u; i < 8u; i++) {
      largest = max(largest, tile_largest[first + i]);
    }
    let scale = int8_scale(largest);
    let at = 4u * group;
    tile_bytes[unit_place(group, QUADS / 4u, UNITS_PER_PIECE)] = vec4<u32>(
      to_int8(input4(at), scale),
      to_int8(input4(at + 1u), scale),
      to_int8(input4(at + 2u), scale),
      to_int8(input4(at + 3u), scale),
    );
    if group % 2u == 0u {
      tile_scales[group / 2u] = scale;
    }
  }
}
