// The WKV recurrence as in wkv_scan, with inputs that go through workgroup memory: the workgroup reads BLOCK tokens together,
// one block ahead, with one barrier a block. Read by each lane for itself they cost more than the arithmetic: several lanes
// want the same, and a GPU's compiler does not wait for one of many loads alone.
// Link-time constants: HEAD_SIZE, SPLIT, SPLIT_STEP, BLOCK, WORKGROUP_SIZE. The import "columns" has HEAD_SIZE / 4 / SPLIT
// quads; WORKGROUP_SIZE / SPLIT divides HEAD_SIZE. Workgroup memory: 48 · BLOCK · HEAD_SIZE bytes.
// import "lib/wkv_blocks"
// import "lib/wkv_shape"
// import "split"
// import "columns"

@group(0) @binding(0) var<storage, read> proj: array<vec4<f32>>; // [7][tokens][stride]
@group(0) @binding(1) var<storage, read_write> wkv: array<vec4<f32>>; // [layers][heads][HEAD_SIZE value][HEAD_QUADS key]
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [tokens][4 · stride]
@group(0) @binding(3) var<uniform> shape: WkvShape;
@group(0) @binding(4) var<uniform> run: Run;

fn read4(at: u32) -> vec4<f32> {
  return staged[at];
}

/// Where a lane finds a quad of every block: of token `token` of it, and there at `at`.
struct Source {
  at: u32,
  token: u32,
}

/// Quad `index` of a block: r and b of its tokens, the rest of the tokens after them.
fn source_of(index: u32, head_at: u32) -> Source {
  let slot = (index / HEAD_QUADS) % STAGED_SLOTS;
  let ahead = select(1u, 0u, slot == SLOT_R || slot == SLOT_B);
  return Source(slot * shape.slot_stride + head_at + index % HEAD_QUADS, index / TOKEN_QUADS + ahead);
}

/// Past the last token that one is read again.
fn fetch(source: Source, block: u32, last: u32) -> vec4<f32> {
  return proj[source.at + min(block + source.token, last) * shape.stride];
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, place: Place) {
  let head = group.x / HEAD_GROUPS;
  let lane = lane_of(place);
  let part = split_part(lane);
  let row = (group.x % HEAD_GROUPS) * GROUP_ROWS + split_item(lane);
  let head_at = head * HEAD_QUADS;
  let state_at = shape.state_offset + (head * HEAD_SIZE + row) * HEAD_QUADS + part;
  let last = run.tokens - 1u;

  // What the first token's update needs beside r and b: through workgroup memory, too, as if it were a block before.
  for (var index = lane; index < TOKEN_QUADS; index += WORKGROUP_SIZE) {
    staged[index] = proj[index / HEAD_QUADS * shape.slot_stride + head_at + index % HEAD_QUADS];
  }
  workgroupBarrier();
  var s = load_state(state_at);
  var u = split_sum(vec2<f32>(dot_columns(s, load_columns(SLOT_Z * HEAD_QUADS + part)), 0.0), lane).x;
  var decayed = decay_columns(
    s,
    load_columns(SLOT_W * HEAD_QUADS + part),
    staged[SLOT_V * HEAD_QUADS + row / 4u][row % 4u],
    load_columns(SLOT_K * HEAD_QUADS + part),
  );

  var sources: array<Source, FETCHES>;
  var fetched: array<vec4<f32>, FETCHES>;
  for (var i = 0u; i < FETCHES; i++) {
    sources[i] = source_of(i * WORKGROUP_SIZE + lane, head_at);
    fetched[i] = fetch(sources[i], 0u, last);
  }
  // The first token lies in the first half.
  var filled = BLOCK_QUADS;
  for (var block = 0u; block < run.tokens; block += BLOCK) {
    for (var i = 0u; i < FETCHES; i++) {
      let index = i * WORKGROUP_SIZE + lane;
      if index < BLOCK_QUADS {
        staged[filled + index] = fetched[i];
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < FETCHES; i++) {
      fetched[i] = fetch(sources[i], block + BLOCK, last);
    }
    for (var t = 0u; t < BLOCK; t++) {
      if block + t <= last {
        let at = filled + t * TOKEN_QUADS + part;
        s = correct_columns(decayed, u, load_columns(at + SLOT_B * HEAD_QUADS));
        let sums = split_sum(
          vec2<f32>(
            dot_columns(s, load_columns(at + SLOT_Z * HEAD_QUADS)),
            dot_columns(s, load_columns(at + SLOT_R * HEAD_QUADS)),
          ),
          lane,
        );
        decayed = decay_columns(
          s,
          load_columns(at + SLOT_W * HEAD_QUADS),
          staged[filled + t * TOKEN_QUADS + SLOT_V * HEAD_QUADS + row / 4u][row % 4u],
          load_columns(at + SLOT_K * HEAD_QUADS),
        );
        u = sums.x;
        if part == 0u {
          y[4u * (head_at + (block + t) * shape.stride) + row] = sums.y;
        }
      }
    }
    filled = BLOCK_QUADS - filled;
  }
  store_state(state_at, s);
}
