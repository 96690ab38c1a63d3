// Up to four neighbouring rows of W·x by a team: members stride over the rows' 16-byte pieces, several at a time so that
// many loads are under way together. No arrays: compilers that do not unroll a loop put arrays into slow memory.
// Link-time constants: COLUMNS, TEAM, ROWS_PER_TEAM (1, 2 or 4), SUBGROUP_SIZE, WORKGROUP_SIZE.
// import "rows"
// import "team"

const PIECES = COLUMNS / PIECE_COLUMNS;
const ROWS_PER_GROUP = WORKGROUP_SIZE / TEAM * ROWS_PER_TEAM;

struct RowPieces {
  a: vec4<u32>,
  b: vec4<u32>,
  c: vec4<u32>,
  d: vec4<u32>,
}

fn load_pieces(at: u32) -> RowPieces {
  var pieces: RowPieces;
  pieces.a = weights[at];
  if ROWS_PER_TEAM > 1u {
    pieces.b = weights[at + PIECES];
  }
  if ROWS_PER_TEAM > 2u {
    pieces.c = weights[at + 2u * PIECES];
    pieces.d = weights[at + 3u * PIECES];
  }
  return pieces;
}

fn dots(pieces: RowPieces, row: u32, piece: u32, lane: Lane) -> vec4<f32> {
  let input = input_piece(piece);
  var products = vec4<f32>(piece_dot(pieces.a, row, piece, input, lane), 0.0, 0.0, 0.0);
  if ROWS_PER_TEAM > 1u {
    products.y = piece_dot(pieces.b, row + 1u, piece, input, lane);
  }
  if ROWS_PER_TEAM > 2u {
    products.z = piece_dot(pieces.c, row + 2u, piece, input, lane);
    products.w = piece_dot(pieces.d, row + 3u, piece, input, lane);
  }
  return products;
}

/// The products of rows first_row … first_row + ROWS_PER_TEAM − 1, summed over the team.
fn team_rows(first_row: u32, lane: Lane) -> vec4<f32> {
  let base = first_row * PIECES;
  var piece = member_of(lane).index;
  var sums = vec4<f32>();
  if ROWS_PER_TEAM == 1u {
    for (; piece + 3u * TEAM < PIECES; piece += 4u * TEAM) {
      let a = weights[base + piece];
      let b = weights[base + piece + TEAM];
      let c = weights[base + piece + 2u * TEAM];
      let d = weights[base + piece + 3u * TEAM];
      sums.x += piece_dot(a, first_row, piece, input_piece(piece), lane);
      sums.x += piece_dot(b, first_row, piece + TEAM, input_piece(piece + TEAM), lane);
      sums.x += piece_dot(c, first_row, piece + 2u * TEAM, input_piece(piece + 2u * TEAM), lane);
      sums.x += piece_dot(d, first_row, piece + 3u * TEAM, input_piece(piece + 3u * TEAM), lane);
    }
  }
  for (; piece + TEAM < PIECES; piece += 2u * TEAM) {
    let first = load_pieces(base + piece);
    let second = load_pieces(base + piece + TEAM);
    sums += dots(first, first_row, piece, lane);
    sums += dots(second, first_row, piece + TEAM, lane);
  }
  if piece < PIECES {
    sums += dots(load_pieces(base + piece), first_row, piece, lane);
  }
  return team_sums(sums, lane);
}
