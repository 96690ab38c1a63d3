/** Which specialisation of each kernel an adapter gets: the one place where capabilities choose code. */
import type { Caps } from '../gpu/device.ts';
import type { Variant } from '../gpu/shader.ts';
import type { WeightFormat } from './weightFormats.ts';
import { GROUP_NORM_EPSILON, LAYER_NORM_EPSILON, DECAY_SCALE } from '../rwkv7/config.ts';
import type { NormMixTuning } from './normMix.ts';
import type { ItemTuning, ScanTuning } from './wkv.ts';

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

type VariantCaps = Pick<Caps, 'isCpu' | 'subgroups'>;

/** Invocations of the kernels that work on one token's whole width. */
export const NORM_WORKGROUP = 64;
/** Without subgroups a CPU adapter's vectors are of unknown length; most have 4 or 8 lanes. */
const CPU_WORKGROUP = 8;
/** Invocations of `mat_vec`. */
export const MAT_VEC_WORKGROUP = 64;
/** Workgroup of `mat_mat` in rows and tokens; each invocation computes a tile of 4 × 4. */
export const MAT_MAT_GRID = { rows: 8, tokens: 8 } as const;

/**
 * A workgroup as large as one subgroup: what CPU adapters run best. They run the subgroups of a workgroup on one core, one
 * after the other from barrier to barrier.
 */
const cpuWorkgroup = ({ subgroups }: Pick<Caps, 'subgroups'>): number => subgroups?.max ?? CPU_WORKGROUP;

const normWorkgroup = (caps: VariantCaps): number => (caps.isCpu ? cpuWorkgroup(caps) : NORM_WORKGROUP);

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

export const embedVariant = (caps: VariantCaps, format: WeightFormat, hasNorm: boolean): Variant => ({
  imports: { weights: `weights/${format}`, ...reduction(caps) },
  constants: {
    WORKGROUP_SIZE: normWorkgroup(caps),
    HAS_NORM: hasNorm,
    LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON },
  },
});

export const layerNormVariant = (caps: VariantCaps): Variant => ({
  imports: reduction(caps),
  constants: { WORKGROUP_SIZE: normWorkgroup(caps), LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON } },
});

export const layerNormMixVariant = (caps: VariantCaps, mixes: 1 | 6): Variant => ({
  imports: reduction(caps),
  constants: { WORKGROUP_SIZE: normWorkgroup(caps), MIXES: mixes, LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON } },
});

/** `sequences`: each token is the next one of its own sequence. */
export const timeMixVariant = (
  caps: Pick<Caps, 'subgroups'>,
  headSize: number,
  firstLayer: boolean,
  sequences = false,
): Variant => ({
  imports: reduction(caps),
  constants: {
    WORKGROUP_SIZE: headSize,
    HEAD_SIZE: headSize,
    FIRST_LAYER: firstLayer,
    SEQUENCES: sequences,
    DECAY_SCALE: { f32: DECAY_SCALE },
    GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON },
  },
});

/** Head sizes that the WKV in three kernels can do; the others have `time_mix`. */
const WKV_HEAD_SIZES: readonly number[] = [16, 32, 64, 128];

/**
 * How the WKV's three kernels are spread over lanes; undefined where `time_mix` has to do it all.
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
    // tools/tune/wkv.ts on one NVIDIA H200.
    items: { subgroups: true, split: Math.min(16, least, quads), workgroup: isCpu ? 64 : 256 },
    // A CPU has nothing to read ahead of, and compiles the shorter code in half the time.
    scan: isCpu
      ? { path: 'direct', split: Math.min(8, least, quads), step: 1, workgroup: 64, rows: 1, depth: 1 }
      : sharedScan(least, headSize),
  };
}

/**
 * The recurrence on a GPU with subgroups of at least so many. Of the ways tried with `anser bench --profile` on one NVIDIA
 * H200 (2.9B) the fastest for subgroups of 32: 17.4 ms for 2,048 tokens of all layers, against 26 ms without workgroup memory.
 */
function sharedScan(least: number, headSize: number): ScanTuning {
  const split = Math.min(16, least, headSize / 4);
  const step = Math.max(1, Math.min(2, Math.floor(least / split)));
  // A workgroup's rows divide a head's; two blocks of inputs fit the 16 KB that every adapter has.
  const workgroup = Math.min(128, headSize * split);
  return { path: 'shared', split, step, workgroup, block: headSize <= 64 ? 4 : 2 };
}

/**
 * How `norm_mix` is spread over lanes. A CPU pays for every lane at a barrier: few lanes were several times faster on
 * SwiftShader 5.0.0 (tools/tune/wkv.ts, software --small); on one NVIDIA H200 256 were.
 */
export const normMixTuning = ({ subgroups, isCpu }: Pick<Caps, 'subgroups' | 'isCpu'>): NormMixTuning => ({
  subgroups: subgroups !== undefined,
  workgroup: isCpu ? 16 : 256,
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

/** Invocations of `dequantise`. */
export const DEQUANTISE_WORKGROUP = 256;
/** Weights that an invocation of `dequantise` turns. */
export const DEQUANTISED_AT_ONCE = 16;

export const dequantiseVariant = (format: WeightFormat): Variant => ({
  imports: { tile: `tiles/${format}` },
  constants: { WORKGROUP_SIZE: DEQUANTISE_WORKGROUP },
});

export const copyWordsVariant: Variant = { constants: { WORKGROUP_SIZE: NORM_WORKGROUP } };

/**
 * What an invocation of `mat_mat_cpu` and of `mat_vec_cpu` computes. With SwiftShader on two cores of an AMD EPYC (Zen 2),
 * `anser bench --adapter software --chunks 32`: tiles of 8 × 8 took 15 % less time than 4 × 8; two quads of columns in one
 * turn of the loop took more, probably because the compiled loop then outgrows the core's instruction cache.
 */
const CPU_TILES = { many: { rows: 8, tokens: 8 }, one: { rows: 4 } } as const;

/** How the matrix products of CPU adapters are called. */
export interface CpuMatrixPlan {
  readonly matMat: Variant;
  readonly matVec: Variant;
  /** Rows of a workgroup of `mat_mat_cpu`, and its tokens. */
  readonly rows: number;
  readonly tokens: number;
  /** Rows of a workgroup of `mat_vec_cpu`. */
  readonly rowsOfOne: number;
  /** What the shape of either kernel holds beyond that of `mat_mat`: activation, has_bias, adds. */
  readonly shapeTail: readonly number[];
}

/** Formats that `shaders/weights/quads_FORMAT.wgsl` reads. */
const CPU_FORMATS: readonly WeightFormat[] = ['f32', 'f16', 'q8_0'];

/** The kernels for CPU adapters, which need quads; undefined where the general ones are to be used. */
export function cpuMatrixPlan(caps: VariantCaps, format: WeightFormat, epilogue: Epilogue): CpuMatrixPlan | undefined {
  if (!hasCpuKernels(caps) || !CPU_FORMATS.includes(format)) return undefined;
  const { activation = 'none', bias = false, adds = false } = epilogue;
  const workgroup = cpuWorkgroup(caps);
  const variant: Variant = {
    imports: { weights: `weights/quads_${format}` },
    constants: { WORKGROUP_SIZE: workgroup, ACTIVATED: activation !== 'none' },
  };
  return {
    matMat: variant,
    matVec: variant,
    rows: workgroup * CPU_TILES.many.rows,
    tokens: CPU_TILES.many.tokens,
    rowsOfOne: workgroup * CPU_TILES.one.rows,
    shapeTail: [ACTIVATION_CODES[activation], Number(bias), Number(adds)],
  };
}

/** True where the kernels for CPU adapters run: they want quads of invocations. */
export const hasCpuKernels = ({ isCpu, subgroups }: VariantCaps): boolean =>
  isCpu && subgroups !== undefined && subgroups.min >= 4;

/** How the time mix of CPU adapters is called. */
export interface CpuTimeMixPlan {
  readonly inputs: Variant;
  readonly rows: Variant;
  readonly outputs: Variant;
  /** Heads of tokens in a workgroup of the first and the last kernel, state rows in one of the middle kernel. */
  readonly workgroup: number;
}

/** The one head size that `wkv_rows` has variables for. */
const CPU_HEAD_SIZE = 64;

/** The time mix in three kernels without barriers; undefined where the general kernel is to be used. */
export function cpuTimeMixPlan(caps: VariantCaps, headSize: number, firstLayer: boolean): CpuTimeMixPlan | undefined {
  const workgroup = cpuWorkgroup(caps);
  if (!hasCpuKernels(caps) || headSize !== CPU_HEAD_SIZE || headSize % workgroup !== 0) return undefined;
  const constants = { WORKGROUP_SIZE: workgroup, HEAD_SIZE: headSize };
  return {
    inputs: { constants: { ...constants, FIRST_LAYER: firstLayer, DECAY_SCALE: { f32: DECAY_SCALE } } },
    rows: { constants: { WORKGROUP_SIZE: workgroup } },
    outputs: { constants: { ...constants, GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON } } },
    workgroup,
  };
}

/** What a word of a weight buffer holds; the numbers stand in `random_weights.wgsl`. */
const WORDS = { bytes: 0, f16Pair: 1, f32: 2, scalePair: 3, rangePair: 4, nibbleScalePair: 5 } as const;
export const RANDOM_WORD_KINDS: Readonly<Record<WeightFormat, { readonly weights: number; readonly scales: number }>> =
  {
    f32: { weights: WORDS.f32, scales: WORDS.bytes },
    f16: { weights: WORDS.f16Pair, scales: WORDS.bytes },
    q8_0: { weights: WORDS.bytes, scales: WORDS.scalePair },
    int8: { weights: WORDS.bytes, scales: WORDS.rangePair },
    nf4: { weights: WORDS.bytes, scales: WORDS.rangePair },
    q4_0: { weights: WORDS.bytes, scales: WORDS.nibbleScalePair },
  };

export const randomWeightsVariant = (kind: number, groups: number): Variant => ({
  constants: { WORD_KIND: kind, GROUPS: groups },
});
