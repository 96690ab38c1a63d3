// Up to four neighbouring rows of W·x by a team: members stride over the rows' 16-byte pieces, four loads at a time, and ask
// for the next four before they use these. No arrays: compilers that do not unroll a loop put arrays into slow memory.
// Link-time constants: COLUMNS, TEAM, ROWS_PER_TEAM (1, 2 or 4), SUBGROUP_SIZE, WORKGROUP_SIZE.
// import "rows"
// import "team"

@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>; // [rows][PIECES]
@group(0) @binding(1) var<storage, read> scales: array<u32>; // [rows][PIECES / PIECES_PER_SCALE], anything without scales

const PIECES = COLUMNS / PIECE_COLUMNS;
const ROWS_PER_GROUP = WORKGROUP_SIZE / TEAM * ROWS_PER_TEAM;
/// Pieces of a row in one quartet, TEAM apart.
const QUARTET_PIECES = 4u / ROWS_PER_TEAM;
const STRIDE = TEAM * QUARTET_PIECES;
/// True where no member runs out of pieces before the others.
const EVEN = PIECES % STRIDE == 0u;

/// One row's four pieces; or two rows' two pieces each, the first piece of both first; or a piece of each of four rows.
struct Quartet {
  a: vec4<u32>,
  b: vec4<u32>,
  c: vec4<u32>,
  d: vec4<u32>,
}

/// Past a row's end its last piece is read again, and not counted.
fn weights_at(row: u32, piece: u32) -> vec4<u32> {
  return weights[row * PIECES + min(piece, PIECES - 1u)];
}

fn scale_at(row: u32, piece: u32) -> u32 {
  if PIECES_PER_SCALE == 0u {
    return 0u;
  }
  return scales[(row * PIECES + piece) / max(PIECES_PER_SCALE, 1u)];
}

fn row_dot(w: vec4<u32>, row: u32, piece: u32, input: InputPiece, lane: Lane) -> f32 {
  return piece_dot(w, scale_at(row, piece), piece, input, lane);
}

fn load_quartet(row: u32, piece: u32) -> Quartet {
  if ROWS_PER_TEAM == 1u {
    return Quartet(
      weights_at(row, piece),
      weights_at(row, piece + TEAM),
      weights_at(row, piece + 2u * TEAM),
      weights_at(row, piece + 3u * TEAM),
    );
  }
  if ROWS_PER_TEAM == 2u {
    return Quartet(
      weights_at(row, piece),
      weights_at(row + 1u, piece),
      weights_at(row, piece + TEAM),
      weights_at(row + 1u, piece + TEAM),
    );
  }
  return Quartet(
    weights_at(row, piece),
    weights_at(row + 1u, piece),
    weights_at(row + 2u, piece),
    weights_at(row + 3u, piece),
  );
}

/// One row's product with a piece of the input, if the row has such a piece.
fn part(w: vec4<u32>, row: u32, piece: u32, lane: Lane) -> f32 {
  if !EVEN && piece >= PIECES {
    return 0.0;
  }
  return row_dot(w, row, piece, input_piece(piece), lane);
}

fn two_parts(w: vec4<u32>, w_next: vec4<u32>, row: u32, piece: u32, lane: Lane) -> vec2<f32> {
  if !EVEN && piece >= PIECES {
    return vec2<f32>();
  }
  let input = input_piece(piece);
  return vec2<f32>(row_dot(w, row, piece, input, lane), row_dot(w_next, row + 1u, piece, input, lane));
}

fn quartet_products(q: Quartet, row: u32, piece: u32, lane: Lane) -> vec4<f32> {
  if ROWS_PER_TEAM == 1u {
    return vec4<f32>(
      part(q.a, row, piece, lane) + part(q.b, row, piece + TEAM, lane) + part(q.c, row, piece + 2u * TEAM, lane) +
        part(q.d, row, piece + 3u * TEAM, lane),
      0.0, 0.0, 0.0,
    );
  }
  if ROWS_PER_TEAM == 2u {
    return vec4<f32>(two_parts(q.a, q.b, row, piece, lane) + two_parts(q.c, q.d, row, piece + TEAM, lane), 0.0, 0.0);
  }
  if !EVEN && piece >= PIECES {
    return vec4<f32>();
  }
  let input = input_piece(piece);
  return vec4<f32>(
    row_dot(q.a, row, piece, input, lane),
    row_dot(q.b, row + 1u, piece, input, lane),
    row_dot(q.c, row + 2u, piece, input, lane),
    row_dot(q.d, row + 3u, piece, input, lane),
  );
}

/// The first quartet of a team's rows: asked for before the input is ready.
fn first_quartet(first_row: u32, lane: Lane) -> Quartet {
  return load_quartet(first_row, member_of(lane).index);
}

/// The products of rows first_row … first_row + ROWS_PER_TEAM − 1, summed over the team; `first` is their first quartet.
fn team_rows(first_row: u32, first: Quartet, lane: Lane) -> vec4<f32> {
  var quartet = first;
  var sums = vec4<f32>();
  for (var piece = member_of(lane).index; piece < PIECES; piece += STRIDE) {
    let next = load_quartet(first_row, piece + STRIDE);
    sums += quartet_products(quartet, first_row, piece, lane);
    quartet = next;
  }
  return team_sums(sums, lane);
}
