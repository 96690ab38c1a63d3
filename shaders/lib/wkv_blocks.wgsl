// The inputs of the WKV recurrence in workgroup memory, a block of BLOCK tokens at a time: 48 · BLOCK · HEAD_SIZE bytes.
// Link-time constants: BLOCK, WORKGROUP_SIZE, SPLIT (lanes that share a row), and those of the import.
// import "lib/wkv_shape"

/// Rows of a workgroup, and workgroups of a head.
const GROUP_ROWS = WORKGROUP_SIZE / SPLIT;
const HEAD_GROUPS = HEAD_SIZE / GROUP_ROWS;
/// The slots from r to z lie one after another in proj.
const STAGED_SLOTS = 6u;
const TOKEN_QUADS = STAGED_SLOTS * HEAD_QUADS;
const BLOCK_QUADS = BLOCK * TOKEN_QUADS;
/// Quads of a block that each lane reads.
const FETCHES = (BLOCK_QUADS + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;

/// Two blocks: one is read while the other is filled, so that one barrier a block is enough.
var<workgroup> staged: array<vec4<f32>, 2u * BLOCK_QUADS>; // [2][BLOCK][STAGED_SLOTS][HEAD_QUADS]
