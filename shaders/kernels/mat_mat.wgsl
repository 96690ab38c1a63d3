// out = X·Wᵀ for many tokens: an invocation computes a tile of 4 rows × 4 tokens in registers, no barrier. Each output
// is summed in the same order whatever the number of tokens, so a text gives the same bits however it is cut.
// import "weights"
// import "lib/mat_shape"

const TILE = 4u;

@compute @workgroup_size(GRID_ROWS, GRID_TOKENS)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let first_row = id.x * TILE;
  let first_token = id.y * TILE;
  if first_row >= shape.rows || first_token >= run.tokens {
    return;
  }
  // Rows and tokens past the end repeat the last; they are not stored.
  let rows = min(vec4<u32>(first_row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(shape.rows - 1u));
  let tokens = min(vec4<u32>(first_token) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(run.tokens - 1u));
  let x_at = shape.x_offset + tokens * shape.x_stride;

  var sums0 = vec4<f32>(); // row 0, tokens 0…3; and so on
  var sums1 = vec4<f32>();
  var sums2 = vec4<f32>();
  var sums3 = vec4<f32>();
  for (var block = 0u; block * 8u < shape.columns4; block++) {
    var part0 = vec4<f32>();
    var part1 = vec4<f32>();
    var part2 = vec4<f32>();
    var part3 = vec4<f32>();
    for (var c = block * 8u; c < min(block * 8u + 8u, shape.columns4); c++) {
      // A 4 × 4 block of X, one token a column, so that w · xs is one row's products with four tokens.
      let xs = mat4x4<f32>(x[x_at.x + c], x[x_at.y + c], x[x_at.z + c], x[x_at.w + c]);
      part0 += weights4(rows.x, c, shape.columns4) * xs;
      part1 += weights4(rows.y, c, shape.columns4) * xs;
      part2 += weights4(rows.z, c, shape.columns4) * xs;
      part3 += weights4(rows.w, c, shape.columns4) * xs;
    }
    sums0 += weight_scale(rows.x, block, shape.columns4) * part0;
    sums1 += weight_scale(rows.y, block, shape.columns4) * part1;
    sums2 += weight_scale(rows.z, block, shape.columns4) * part2;
    sums3 += weight_scale(rows.w, block, shape.columns4) * part3;
  }
  let row_count = min(TILE, shape.rows - first_row);
  let sums = mat4x4<f32>(sums0, sums1, sums2, sums3);
  for (var t = 0u; t < min(TILE, run.tokens - first_token); t++) {
    for (var r = 0u; r < row_count; r++) {
      store(first_row + r, first_token + t, sums[r][t]);
    }
  }
}
