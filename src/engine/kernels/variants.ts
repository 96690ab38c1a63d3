/** Which specialisation of each kernel an adapter gets: the one place where capabilities choose code. */
import type { Caps } from '../gpu/device.ts';
import type { Variant } from '../gpu/shader.ts';
import { GROUP_NORM_EPSILON, LAYER_NORM_EPSILON, DECAY_SCALE } from '../rwkv7/config.ts';
import type { NormMixTuning } from './normMix.ts';
import type { ItemTuning, ScanTuning } from './wkv.ts';

/** Formats that weights may have on the device; the file of the same name in `shaders/weights/` reads them. */
export type WeightFormat = 'f32' | 'f16' | 'q8_0';

/** Applied to a matrix product after its bias; the numbers stand in `shaders/lib/activations.wgsl`. */
export type Activation = 'none' | 'tanh' | 'sigmoid' | 'reluSquared';
export const ACTIVATION_CODES: Readonly<Record<Activation, number>> = { none: 0, tanh: 1, sigmoid: 2, reluSquared: 3 };

/** What follows a matrix product. */
export interface Epilogue {
  readonly activation?: Activation;
  /** Adds a vector of the layer before the activation. */
  readonly bias?: boolean;
  /** Adds to the output instead of overwriting it. */
  readonly adds?: boolean;
}

/** Invocations of the kernels that work on one token's whole width. */
export const NORM_WORKGROUP = 64;
/** Invocations of `mat_vec`. */
export const MAT_VEC_WORKGROUP = 64;
/** Workgroup of `mat_mat` in rows and tokens; each invocation computes a tile of 4 × 4. */
export const MAT_MAT_GRID = { rows: 8, tokens: 8 } as const;

function reduction(caps: Pick<Caps, 'subgroups'>): Record<string, string> {
  return caps.subgroups
    ? { lane: 'lib/lane_subgroup', reduce: 'lib/reduce_subgroup' }
    : { lane: 'lib/lane_workgroup', reduce: 'lib/reduce_workgroup' };
}

function epilogueConstants({
  activation = 'none',
  bias = false,
  adds = false,
}: Epilogue): Record<string, number | boolean> {
  return { ACTIVATION: ACTIVATION_CODES[activation], HAS_BIAS: bias, ADDS: adds };
}

export const embedVariant = (caps: Pick<Caps, 'subgroups'>, format: WeightFormat, hasNorm: boolean): Variant => ({
  imports: { weights: `weights/${format}`, ...reduction(caps) },
  constants: { WORKGROUP_SIZE: NORM_WORKGROUP, HAS_NORM: hasNorm, LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON } },
});

export const layerNormVariant = (caps: Pick<Caps, 'subgroups'>): Variant => ({
  imports: reduction(caps),
  constants: { WORKGROUP_SIZE: NORM_WORKGROUP, LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON } },
});

export const layerNormMixVariant = (caps: Pick<Caps, 'subgroups'>, mixes: 1 | 6): Variant => ({
  imports: reduction(caps),
  constants: { WORKGROUP_SIZE: NORM_WORKGROUP, MIXES: mixes, LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON } },
});

export const timeMixVariant = (caps: Pick<Caps, 'subgroups'>, headSize: number, firstLayer: boolean): Variant => ({
  imports: reduction(caps),
  constants: {
    WORKGROUP_SIZE: headSize,
    HEAD_SIZE: headSize,
    FIRST_LAYER: firstLayer,
    DECAY_SCALE: { f32: DECAY_SCALE },
    GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON },
  },
});

/** Head sizes that the WKV in three kernels can do; the others have `time_mix`. */
const WKV_HEAD_SIZES: readonly number[] = [16, 32, 64, 128];

/**
 * How the WKV's three kernels are spread over lanes; undefined where `time_mix` has to do it all. The numbers for GPUs are
 * a guess that tools/tune/wkv.ts has to confirm.
 */
export function wkvTuning(
  { subgroups, isCpu }: Pick<Caps, 'subgroups' | 'isCpu'>,
  headSize: number,
): { readonly items: ItemTuning; readonly scan: ScanTuning } | undefined {
  if (!WKV_HEAD_SIZES.includes(headSize)) return undefined;
  const quads = headSize / 4;
  const least = subgroups?.min ?? 0;
  if (least < 4)
    return {
      items: { subgroups: false, split: 4, workgroup: 64 },
      // Larger blocks of larger heads do not fit into the 16 KB of workgroup memory that every adapter has.
      scan: {
        path: 'staged',
        subgroups: false,
        split: 1,
        step: 1,
        workgroup: Math.min(headSize, 64),
        block: headSize <= 64 ? 4 : 2,
      },
    };
  return {
    items: { subgroups: true, split: Math.min(16, least, quads), workgroup: 64 },
    // A CPU has nothing to read ahead of, and compiles the shorter code in half the time.
    scan: {
      path: 'direct',
      split: Math.min(8, least, quads),
      step: 1,
      workgroup: 64,
      rows: 1,
      depth: isCpu ? 1 : 2,
    },
  };
}

/**
 * How `norm_mix` is spread over lanes. A CPU pays for every lane at a barrier: few lanes were several times faster on
 * SwiftShader 5.0.0 (tools/tune/wkv.ts, software --small). The numbers for GPUs are a guess that it has to confirm.
 */
export const normMixTuning = ({ subgroups, isCpu }: Pick<Caps, 'subgroups' | 'isCpu'>): NormMixTuning => ({
  subgroups: subgroups !== undefined,
  workgroup: isCpu ? 16 : 128,
  strip: 2,
});

export const matMatVariant = (format: WeightFormat, epilogue: Epilogue): Variant => ({
  imports: { weights: `weights/${format}` },
  constants: { ...epilogueConstants(epilogue), GRID_ROWS: MAT_MAT_GRID.rows, GRID_TOKENS: MAT_MAT_GRID.tokens },
});

export const matVecVariant = (caps: Pick<Caps, 'subgroups'>, format: WeightFormat, epilogue: Epilogue): Variant => ({
  imports: { weights: `weights/${format}`, ...reduction(caps) },
  constants: { ...epilogueConstants(epilogue), WORKGROUP_SIZE: MAT_VEC_WORKGROUP },
});

export const matVecRowVariant = (format: WeightFormat, epilogue: Epilogue): Variant => ({
  imports: { weights: `weights/${format}` },
  constants: { ...epilogueConstants(epilogue), WORKGROUP_SIZE: MAT_VEC_WORKGROUP },
});

/** What a word of a weight buffer holds; the numbers stand in `random_weights.wgsl`. */
export const RANDOM_WORD_KINDS = { q8_0: 0, f16: 1, f32: 2, scale: 3 } as const;

export const randomWeightsVariant = (kind: number, groups: number): Variant => ({
  constants: { WORD_KIND: kind, GROUPS: groups },
});
