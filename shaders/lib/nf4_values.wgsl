// The values of NF4 by look-up. Every bank of the workgroup's memory holds a copy, so that lanes with different codes do
// not wait for each other.
// import "lib/nf4_table"

const NF4_COPIES = 32u;

var<workgroup> nf4_table: array<f32, 16u * NF4_COPIES>;

/// Fills the table; a barrier must follow before the first look-up.
fn prepare_rows(index: u32) {
  for (var i = index; i < 16u * NF4_COPIES; i += WORKGROUP_SIZE) {
    nf4_table[i] = NF4[i / NF4_COPIES];
  }
}

/// The values of the four codes in the low half of `codes`.
fn nf4_values(codes: u32, lane: Lane) -> vec4<f32> {
  let copy = lane.index % NF4_COPIES;
  return vec4<f32>(
    nf4_table[(codes & 15u) * NF4_COPIES + copy],
    nf4_table[((codes >> 4u) & 15u) * NF4_COPIES + copy],
    nf4_table[((codes >> 8u) & 15u) * NF4_COPIES + copy],
    nf4_table[((codes >> 12u) & 15u) * NF4_COPIES + copy],
  );
}
