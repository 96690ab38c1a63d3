// ROWS_PER_TEAM neighbouring rows of W·x by a team: members stride over the row's 16-byte pieces, UNROLL of them at a time
// so that many loads are under way together.
// Link-time constants: COLUMNS, TEAM, ROWS_PER_TEAM, UNROLL, SUBGROUP_SIZE, WORKGROUP_SIZE.
// import "rows"
// import "team"

const PIECES = COLUMNS / PIECE_COLUMNS;
const ROWS_PER_GROUP = WORKGROUP_SIZE / TEAM * ROWS_PER_TEAM;

/// The products of rows first_row … first_row + ROWS_PER_TEAM − 1, summed over the team.
fn team_rows(first_row: u32, lane: Lane) -> array<f32, ROWS_PER_TEAM> {
  let member = member_of(lane).index;
  var sums: array<f32, ROWS_PER_TEAM>;
  for (var start = member; start < PIECES; start += TEAM * UNROLL) {
    var pieces: array<array<vec4<u32>, ROWS_PER_TEAM>, UNROLL>;
    for (var i = 0u; i < UNROLL; i++) {
      // Past the end the last piece is read again and not counted.
      let piece = min(start + i * TEAM, PIECES - 1u);
      for (var r = 0u; r < ROWS_PER_TEAM; r++) {
        pieces[i][r] = weights[(first_row + r) * PIECES + piece];
      }
    }
    for (var i = 0u; i < UNROLL; i++) {
      let piece = start + i * TEAM;
      if UNROLL == 1u || PIECES % (TEAM * UNROLL) == 0u || piece < PIECES {
        let input = input_piece(piece);
        for (var r = 0u; r < ROWS_PER_TEAM; r++) {
          sums[r] += piece_dot(pieces[i][r], first_row + r, piece, input, lane);
        }
      }
    }
  }
  return team_sums(sums, lane);
}
