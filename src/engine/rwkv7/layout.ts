/** Where things lie in the buffers that several kernels share. The one place that knows the order of slots. */
import type { ModelConfig } from './config.ts';

/** A layer's vectors, each [width] f32, in the order of its buffer. */
export const LAYER_VECTORS = [
  'ln1.weight',
  'ln1.bias',
  'ln2.weight',
  'ln2.bias',
  'att.x_r',
  'att.x_w',
  'att.x_k',
  'att.x_v',
  'att.x_a',
  'att.x_g',
  'ffn.x_k',
  'att.w0',
  'att.a0',
  'att.v0',
  'att.k_k',
  'att.k_a',
  'att.r_k',
  'att.ln_x.weight',
  'att.ln_x.bias',
] as const;
export type LayerVector = (typeof LAYER_VECTORS)[number];

/** Offset of a vector in its layer's buffer, in f32. */
export const vectorOffset = (config: ModelConfig, name: LayerVector): number =>
  LAYER_VECTORS.indexOf(name) * config.width;

/** Vectors outside the layers, each [width]. Without ln0 its place holds zeros and is not read. */
export const MODEL_VECTORS = ['blocks.0.ln0.weight', 'blocks.0.ln0.bias', 'ln_out.weight', 'ln_out.bias'] as const;

/** Slots of `mixed`, the token-shift lerps in the order of `x_r … x_g`. */
export const MIXED = { r: 0, w: 1, k: 2, v: 3, a: 4, g: 5 } as const;
export const MIXED_SLOTS = 6;

/** Slots of `proj`, the inputs of the WKV; the order is fixed in `time_mix.wgsl`. */
export const PROJ = { r: 0, k: 1, v: 2, decay: 3, iclr: 4, valueMix: 5, gate: 6 } as const;
export const PROJ_SLOTS = 7;

/** Slots of `low`, the low-rank adapters' inner vectors. */
export const LOW = { decay: 0, iclr: 1, gate: 2, value: 3 } as const;
export const LOW_SLOTS = 4;
