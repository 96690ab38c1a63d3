// A weight matrix as f16, for products that want it so: once for all the tokens of a chunk. An invocation turns 16 weights:
// it reads 16 bytes at a time and writes whole sectors.
// Link-time constants: WORKGROUP_SIZE, and those of the imports. Columns are a multiple of 32.
// import "lib/units_segment"
// import "tile"

struct Shape {
  rows: u32,
  columns: u32,
  weight_stride: u32, // between rows, in 16 bytes
  scale_stride: u32, // between rows, in u32
  out_offset: u32, // in out, in 8 halves
}

@group(0) @binding(2) var<storage, read_write> out: array<vec4<u32>>; // f16 [rows][columns / 8], 8 a word
@group(0) @binding(3) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  prepare_weights(index);
  let part = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  let parts_of_row = shape.columns / 16u;
  if part >= shape.rows * parts_of_row {
    return;
  }
  let row = part / parts_of_row;
  let column = part % parts_of_row * 16u;
  var segment: Segment;
  segment.weight_stride = shape.weight_stride;
  segment.scale_stride = shape.scale_stride;
  let packed = load_weights(segment, row, column / WEIGHTS_PER_LOAD * WEIGHTS_PER_LOAD);
  let at = shape.out_offset + 2u * part;
  // Which weights of a load is said by constants: an index that varies would put the load into memory.
  if WEIGHTS_PER_LOAD == 8u {
    out[at] = eight_weights(packed, 0u);
    out[at + 1u] = eight_weights(load_weights(segment, row, column + 8u), 0u);
  } else if column % WEIGHTS_PER_LOAD == 0u {
    out[at] = eight_weights(packed, 0u);
    out[at + 1u] = eight_weights(packed, 1u);
  } else {
    out[at] = eight_weights(packed, 2u);
    out[at + 1u] = eight_weights(packed, 3u);
  }
}
