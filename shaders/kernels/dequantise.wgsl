// A weight matrix as f16, for products that want it so: once for all the tokens of a chunk.
// import "weights"

struct Shape {
  rows: u32,
  columns4: u32, // columns / 4, padded
  out_offset: u32, // in out, in 4 halves
}

@group(0) @binding(2) var<storage, read_write> out: array<vec2<u32>>; // f16 [rows][columns4]
@group(0) @binding(3) var<uniform> shape: Shape;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) index: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP_SIZE + index;
  if i >= shape.rows * shape.columns4 {
    return;
  }
  let row = i / shape.columns4;
  let column4 = i % shape.columns4;
  let values = weight_scale(row, column4 / 8u, shape.columns4) * weights4(row, column4, shape.columns4);
  out[shape.out_offset + i] = vec2<u32>(pack2x16float(values.xy), pack2x16float(values.zw));
}
