// The WKV recurrence as in wkv_scan, with inputs that go through workgroup memory: the workgroup reads BLOCK tokens
// together, one block ahead, with one barrier a block. Without subgroups (SPLIT 1) a lane owns a whole row.
// Link-time constants: HEAD_SIZE, SPLIT, SPLIT_STEP, BLOCK, WORKGROUP_SIZE, SEQUENCES as in wkv_scan. Workgroup memory:
// 48 · BLOCK · HEAD_SIZE bytes. WORKGROUP_SIZE / SPLIT divides HEAD_SIZE. If SPLIT > 1, "split" is the one of subgroups.
// import "lib/wkv_blocks"
// import "lib/wkv_shape"
// import "split"

@group(0) @binding(0) var<storage, read> proj: array<vec4<f32>>; // [7][tokens][stride]
// [sequences][layers][heads][HEAD_SIZE value][HEAD_QUADS key]
@group(0) @binding(1) var<storage, read_write> wkv: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [tokens][4 · stride]
@group(0) @binding(3) var<uniform> shape: WkvShape;
@group(0) @binding(4) var<uniform> run: Run;

const QUADS = HEAD_QUADS / SPLIT;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, place: Place) {
  let sequence = group.y;
  let first = select(0u, sequence, SEQUENCES);
  let tokens = select(run.tokens, 1u, SEQUENCES);
  let head = group.x / HEAD_GROUPS;
  let lane = lane_of(place);
  let part = split_part(lane);
  let row = (group.x % HEAD_GROUPS) * GROUP_ROWS + split_item(lane);
  let head_at = first * shape.stride + head * HEAD_QUADS;
  let state_at = sequence * shape.state_stride + shape.state_offset + (head * HEAD_SIZE + row) * HEAD_QUADS + part;

  var s: array<vec4<f32>, QUADS>;
  for (var i = 0u; i < QUADS; i++) {
    s[i] = wkv[state_at + i * SPLIT];
  }
  var fetched: array<vec4<f32>, FETCHES>;
  for (var i = 0u; i < FETCHES; i++) {
    fetched[i] = fetch(i * WORKGROUP_SIZE + lane, head_at, 0u, tokens - 1u);
  }

  var filled = 0u;
  for (var block = 0u; block < tokens; block += BLOCK) {
    for (var i = 0u; i < FETCHES; i++) {
      let index = i * WORKGROUP_SIZE + lane;
      if index < BLOCK_QUADS {
        staged[filled + index] = fetched[i];
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < FETCHES; i++) {
      fetched[i] = fetch(i * WORKGROUP_SIZE + lane, head_at, block + BLOCK, tokens - 1u);
    }
    for (var t = 0u; t < min(BLOCK, tokens - block); t++) {
      let at = filled + t * TOKEN_QUADS + part;
      var removed = vec4<f32>();
      for (var i = 0u; i < QUADS; i++) {
        removed = fma(s[i], staged[at + SLOT_Z * HEAD_QUADS + i * SPLIT], removed);
      }
      let u = split_sum(vec2<f32>((removed.x + removed.y) + (removed.z + removed.w), 0.0), lane).x;
      let v = staged[filled + t * TOKEN_QUADS + SLOT_V * HEAD_QUADS + row / 4u][row % 4u];
      var read = vec4<f32>();
      for (var i = 0u; i < QUADS; i++) {
        let q = at + i * SPLIT;
        let decayed = fma(vec4<f32>(v), staged[q + SLOT_K * HEAD_QUADS], s[i] * staged[q + SLOT_W * HEAD_QUADS]);
        s[i] = fma(vec4<f32>(u), staged[q + SLOT_B * HEAD_QUADS], decayed);
        read = fma(s[i], staged[q + SLOT_R * HEAD_QUADS], read);
      }
      let sum = split_sum(vec2<f32>((read.x + read.y) + (read.z + read.w), 0.0), lane).x;
      if part == 0u {
        y[4u * (head_at + (block + t) * shape.stride) + row] = sum;
      }
    }
    filled = BLOCK_QUADS - filled;
  }

  for (var i = 0u; i < QUADS; i++) {
    wkv[state_at + i * SPLIT] = s[i];
  }
}

/// Quad `index` of the block that begins with token `block`; past the last token it reads that one again.
fn fetch(index: u32, head_at: u32, block: u32, last: u32) -> vec4<f32> {
  let token = min(block + index / TOKEN_QUADS, last);
  let slot = (index / HEAD_QUADS) % STAGED_SLOTS;
  return proj[slot * shape.slot_stride + head_at + token * shape.stride + index % HEAD_QUADS];
}
