// Weights stored as web-rwkv's int8, ranges apart: value = min + (max − min)·q / 255 in blocks of 128 columns.
@group(0) @binding(0) var<storage, read> weights: array<u32>; // [rows][columns4], four bytes a word, lowest first
@group(0) @binding(1) var<storage, read> weight_scales: array<u32>; // f16 min (low half) and max: [rows][columns / 128]

/// Four neighbouring weights before scaling; `column4` counts groups of four columns.
fn weights4(row: u32, column4: u32, columns4: u32) -> vec4<f32> {
  let range = unpack2x16float(weight_scales[row * (columns4 / 32u) + column4 / 32u]);
  return range.x + (range.y - range.x) * (1.0 / 255.0) * vec4<f32>(unpack4xU8(weights[row * columns4 + column4]));
}

/// The factor shared by the 32 columns of `block`.
fn weight_scale(row: u32, block: u32, columns4: u32) -> f32 {
  return 1.0;
}
