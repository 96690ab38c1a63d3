/** Layer norm and token shift in one kernel; what it reads and writes is said in `norm_mix.wgsl`. */
import { defineKernel, type Grid } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { LAYER_NORM_EPSILON } from '../rwkv7/config.ts';
import type { OutputFormat } from './wkv.ts';

const BINDINGS = {
  x: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
} as const;

/** The state before and after the run in two buffers: for runs of many tokens of one sequence. */
export const normMix = defineKernel('norm_mix', { ...BINDINGS, shift: 'read', shiftNext: 'write' });

/** The state changes in place: for runs with one token of each sequence. */
export const normMixInPlace = defineKernel('norm_mix', { ...BINDINGS, shift: 'write' });

/** Where things lie for one norm of a layer; all in numbers (not bytes), multiples of 4. */
export interface NormMixPlaces {
  /** Between tokens in `x` and in `out`. */
  readonly xStride: number;
  readonly outStride: number;
  /** Between two mixes in `out`. */
  readonly slotStride: number;
  /** In `vectors`: the norm's weight, which its bias follows; the first mix factors. */
  readonly normOffset: number;
  readonly mixOffset: number;
  /** Of this norm's vector in a sequence's shift, [layers][2][width]. */
  readonly shiftOffset: number;
  /** Between the shifts of two sequences; not used for one sequence. */
  readonly shiftStride: number;
}

/** The words of the uniform struct. */
export const normMixShape = (places: NormMixPlaces): number[] =>
  [
    places.xStride,
    places.outStride,
    places.slotStride,
    places.normOffset,
    places.mixOffset,
    places.shiftOffset,
    places.shiftStride,
  ].map((numbers) => numbers / 4);

export interface NormMixTuning {
  /** Sums through subgroups instead of workgroup memory alone. */
  readonly subgroups: boolean;
  /** A power of two. */
  readonly workgroup: number;
  /** Neighbouring tokens of a workgroup; 1 where each token is of its own sequence. */
  readonly strip: number;
}

export interface NormMixKind {
  readonly width: number;
  readonly mixes: 1 | 6;
  readonly output: OutputFormat;
  /** Each token is the next one of its own sequence: row t has state t. */
  readonly sequences: boolean;
  /** For `normMixInPlace`; only where no sequence has more than one token. */
  readonly inPlace: boolean;
}

export const normMixVariant = (
  { subgroups, workgroup, strip }: NormMixTuning,
  { width, mixes, output, sequences, inPlace }: NormMixKind,
): Variant => ({
  imports: {
    lane: subgroups ? 'lib/lane_subgroup' : 'lib/lane_workgroup',
    reduce: subgroups ? 'lib/reduce_subgroup' : 'lib/reduce_workgroup',
    store: `lib/store_${output}`,
    shift: inPlace ? 'lib/shift_in_place' : 'lib/shift_apart',
  },
  constants: {
    WIDTH: width,
    MIXES: mixes,
    STRIP: sequences ? 1 : strip,
    WORKGROUP_SIZE: workgroup,
    SEQUENCES: sequences,
    LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON },
  },
});

export const normMixGrid =
  ({ strip }: NormMixTuning, sequences: boolean): Grid =>
  (tokens) => [Math.ceil(tokens / (sequences ? 1 : strip))];
