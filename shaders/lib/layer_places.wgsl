// Where the weights of a layer lie, and what its workgroups give each other.
// Link-time constants: WIDTH, FFN_WIDTH, DECAY_RANK, ICLR_RANK, GATE_RANK, VALUE_RANK, VECTOR_COUNT, and those of the imports.
// import "lib/exchange"
// import "lib/layer_rows"

@group(0) @binding(7) var<storage, read> vectors: array<f32>; // [..][VECTOR_COUNT][WIDTH]

/// One of the layers of a dispatch.
struct Layer {
  index: u32, // in the model
  place: u32, // in the buffers of weights
  turn: u32, // of the counters
}

const RANKS = DECAY_RANK + ICLR_RANK + GATE_RANK + VALUE_RANK;

// What is given in each layer, in the same words. Whoever overwrites some has taken what all others gave after they had taken
// those.
const PROJ_AT = EXCHANGE_AT; // r, k, v, then the adapters' inner vectors
const GATED_AT = PROJ_AT + 3u * WIDTH + RANKS; // y ∘ g
const MIDDLE_AT = GATED_AT + WIDTH; // x between the two mixes
const HIDDEN_AT = MIDDLE_AT + WIDTH; // the channel mix's inner vector
const AFTER_AT = HIDDEN_AT + FFN_WIDTH; // x after the layer
const V_FIRST_AT = AFTER_AT + WIDTH; // v of the first layer

// The counters of those who give them.
const PROJ = 0u;
const GATED = 1u;
const MIDDLE = 2u;
const HIDDEN = 3u;
const AFTER = 4u;

/// Says that this workgroup has given its part of a layer's words.
fn given(layer: Layer, counter: u32, lane: Lane) {
  arrive(layer.turn, counter, lane);
}

/// Waits until so many workgroups have given theirs, of this layer or `back` layers before.
fn wait_for(layer: Layer, counter: u32, back: u32, workgroups: u32, lane: Lane) {
  expect(layer.turn, counter, (layer.place + 1u - back) * workgroups, lane);
}
fn vector_place(layer: Layer, slot: u32) -> u32 {
  return (layer.place * VECTOR_COUNT + slot) * WIDTH;
}

// Pieces and words of scales of a row of WIDTH columns and of one of FFN_WIDTH.
const NARROW_PIECES = WIDTH / PIECE_COLUMNS;
const WIDE_PIECES = FFN_WIDTH / PIECE_COLUMNS;
const NARROW_SCALES = select(NARROW_PIECES / max(PIECES_PER_SCALE, 1u), 0u, PIECES_PER_SCALE == 0u);
const WIDE_SCALES = select(WIDE_PIECES / max(PIECES_PER_SCALE, 1u), 0u, PIECES_PER_SCALE == 0u);
const LAYER_SCALES = (4u * WIDTH + FFN_WIDTH) * NARROW_SCALES + WIDTH * WIDE_SCALES;

fn projections_of(layer: Layer) -> Stored {
  return Stored(layer.place * 3u * WIDTH * NARROW_PIECES, layer.place * LAYER_SCALES);
}

fn output_of(layer: Layer) -> Stored {
  return Stored(layer.place * WIDTH * NARROW_PIECES, layer.place * LAYER_SCALES + 3u * WIDTH * NARROW_SCALES);
}

fn ffn_key_of(layer: Layer) -> Stored {
  return Stored(layer.place * FFN_WIDTH * NARROW_PIECES, layer.place * LAYER_SCALES + 4u * WIDTH * NARROW_SCALES);
}

fn ffn_value_of(layer: Layer) -> Stored {
  return Stored(
    layer.place * WIDTH * WIDE_PIECES,
    layer.place * LAYER_SCALES + (4u * WIDTH + FFN_WIDTH) * NARROW_SCALES,
  );
}
