// The order in which a token's activations lie for a product: all first 16-byte units of the pieces, then all second ones,
// and so on. Neighbouring invocations, which have neighbouring pieces, then read neighbouring units.

/// Where unit `unit` of `units` lies, when a piece needs `per_piece` of them.
fn unit_place(unit: u32, units: u32, per_piece: u32) -> u32 {
  return (unit % per_piece) * (units / per_piece) + unit / per_piece;
}
