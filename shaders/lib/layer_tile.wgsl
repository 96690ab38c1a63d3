// The input of a product in workgroup memory, as f32 and, where the weights multiply integers (INTEGER_INPUT), as int8.
// Strides do not depend on how many columns there are, so that one tile serves products of different widths.
// Link-time constants: TILE_QUADS, LONGEST (columns of the longest input), INTEGER_INPUT, WORKGROUP_SIZE.
// import "lib/input_quantise"

var<workgroup> tile: array<vec4<f32>, TILE_QUADS>;

const BYTE_UNITS = select(2u, LONGEST / 16u, INTEGER_INPUT);

var<workgroup> tile_bytes: array<vec4<u32>, BYTE_UNITS>;
var<workgroup> tile_scales: array<f32, BYTE_UNITS / 2u>;

/// Units of f32 that a piece of the layer's weights needs together; integer products read none.
const TILE_UNITS = select(UNITS_PER_PIECE, 2u, INTEGER_INPUT);

/// Where columns 4·quad … lie when pieces need `per_piece` units: see piece_order.wgsl.
fn tile_place(quad: u32, per_piece: u32) -> u32 {
  return (quad % per_piece) * (TILE_QUADS / per_piece) + quad / per_piece;
}

/// Stores one column. Neighbouring invocations store neighbouring columns: they come from reads that go together.
fn tile_put(column: u32, per_piece: u32, value: f32) {
  tile[tile_place(column / 4u, per_piece)][column % 4u] = value;
}

/// The unit'th four columns of a piece.
fn input_unit(piece: u32, unit: u32) -> vec4<f32> {
  return tile[unit * (TILE_QUADS / UNITS_PER_PIECE) + piece];
}

/// The unit'th sixteen columns of a piece, as int8.
fn input_bytes(piece: u32, unit: u32) -> vec4<u32> {
  return tile_bytes[unit * (BYTE_UNITS / UNITS_PER_PIECE) + piece];
}

/// The scale of columns 32·block …
fn input_scale(block: u32) -> f32 {
  return tile_scales[block];
}

/// Makes the int8 form of `quads` quads of the tile, which are columns 4·first_quad … of the input.
fn quantise_tile(first_quad: u32, quads: u32, index: u32) {
  for (var group = index; group < quads / 4u; group += WORKGROUP_SIZE) {
    let block = group / 2u * 8u;
    var largest = 0.0;
    for (var i = 0u; i < 8u; i++) {
      largest = max(largest, largest_of(tile[tile_place(block + i, TILE_UNITS)]));
    }
    let scale = int8_scale(largest);
    let unit = first_quad / 4u + group;
    tile_bytes[(unit % UNITS_PER_PIECE) * (BYTE_UNITS / UNITS_PER_PIECE) + unit / UNITS_PER_PIECE] = vec4<u32>(
      to_int8(tile[tile_place(4u * group, TILE_UNITS)], scale),
      to_int8(tile[tile_place(4u * group + 1u, TILE_UNITS)], scale),
      to_int8(tile[tile_place(4u * group + 2u, TILE_UNITS)], scale),
      to_int8(tile[tile_place(4u * group + 3u, TILE_UNITS)], scale),
    );
    if unit % 2u == 0u {
      tile_scales[unit / 2u] = scale;
    }
  }
}
