// int4: two blocks of 32 in Q4_0's layout, scale · (code − 8). The scale is chosen by the least squared error: among
// several that map the largest value near the ends, then by least squares for the codes of the best.
const WORD_COLUMNS = 64u;
const TRIES = 24u;

fn quantise_word(first: u32, word: u32) -> u32 {
  return quantise_block(first, word * 8u) | (quantise_block(first + 32u, word * 8u + 4u) << 16u);
}

fn code_of(value: f32, factor: f32) -> f32 {
  return clamp(round(value * factor), -8.0, 7.0);
}

/// The squared error of a block with this scale.
fn error_of(first: u32, scale: f32) -> f32 {
  let factor = inverse(scale);
  var sum = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let value = source_value(first + i);
    let off = value - scale * code_of(value, factor);
    sum += off * off;
  }
  return sum;
}

/// The scale with the least squared error for the codes that `scale` gives.
fn refined(first: u32, scale: f32) -> f32 {
  let factor = inverse(scale);
  var products = 0.0;
  var squares = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let value = source_value(first + i);
    let code = code_of(value, factor);
    products += value * code;
    squares += code * code;
  }
  return select(scale, products / squares, squares > 0.0);
}

/// The f16 bits of the block's scale.
fn quantise_block(first: u32, out: u32) -> u32 {
  var extreme = 0.0; // the value of largest magnitude, with its sign
  for (var i = 0u; i < 32u; i++) {
    let value = source_value(first + i);
    if abs(value) > abs(extreme) {
      extreme = value;
    }
  }
  var scale = extreme / -8.0;
  var least = error_of(first, scale);
  for (var i = 1u; i < TRIES; i++) {
    // From −9.5 to −5: some blocks lose less by cutting their largest value, some by leaving room.
    let tried = extreme / (-9.5 + 0.2 * f32(i));
    let error = error_of(first, tried);
    if error < least {
      least = error;
      scale = tried;
    }
  }
  let better = refined(first, scale);
  if error_of(first, better) < least {
    scale = better;
  }
  let bits = pack2x16float(vec2<f32>(scale, 0.0));
  let factor = inverse(unpack2x16float(bits).x);
  for (var i = 0u; i < 4u; i++) {
    var word = 0u;
    for (var j = 0u; j < 4u; j++) {
      let low = u32(code_of(source_value(first + 4u * i + j), factor) + 8.0);
      let high = u32(code_of(source_value(first + 16u + 4u * i + j), factor) + 8.0);
      word |= (low | (high << 4u)) << (8u * j);
    }
    weights[out + i] = word;
  }
  return bits;
}
