/** The sizes of an RWKV-7 model, as read from its tensors' shapes (never from a table of known models). */
export interface ModelConfig {
  /** Number of layers, L. */
  readonly layers: number;
  /** Width of the residual stream, C (n_embd). */
  readonly width: number;
  /** Heads, H = C / headSize. */
  readonly heads: number;
  /** Size of a head, N: 64 in every released model. */
  readonly headSize: number;
  /** Rows of the channel mix's key matrix, F. */
  readonly ffnWidth: number;
  /** Rows of the embedding and of the head, V. */
  readonly vocabularySize: number;
  /** Ranks of the low-rank adapters for decay, in-context learning rate, value residual and gate. */
  readonly ranks: { readonly decay: number; readonly iclr: number; readonly value: number; readonly gate: number };
  /** False for the rare files without `blocks.0.ln0`, whose embedding is used as it is. */
  readonly hasEmbeddingNorm: boolean;
}

/** ε of every LayerNorm: ln0, ln1, ln2, ln_out. Source: RWKV-LM, RWKV-7 reference. */
export const LAYER_NORM_EPSILON = 1e-5;

/** ε of the group norm after the WKV: 1e-5 · 8² (head_size_divisor 8). Source: RWKV-LM, RWKV-7 reference. */
export const GROUP_NORM_EPSILON = 64e-5;

/** e^(−1/2): the decay is w = exp(−e^(−1/2) · σ(logit)). Source: RWKV-7 paper, `-softplus(-u) - 0.5` in closed form. */
export const DECAY_SCALE = 0.6065306597126334;

/** The sizes that a state's numbers follow from. */
export type StateSizes = Pick<ModelConfig, 'layers' | 'width' | 'heads' | 'headSize'>;

/** Numbers in the two token-shift vectors of all layers: [layers][2][width], time mix first. */
export const shiftLength = (c: StateSizes): number => c.layers * 2 * c.width;

/** Numbers in all WKV matrices: [layers][heads][headSize (value)][headSize (key)]. */
export const wkvLength = (c: StateSizes): number => c.layers * c.heads * c.headSize * c.headSize;

/** Bytes of a whole state at rest (f32). */
export const stateByteLength = (c: StateSizes): number => 4 * (shiftLength(c) + wkvLength(c));
