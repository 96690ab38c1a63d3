/**
 * The WKV in three kernels: wkv_prepare and wkv_finish work on all tokens and heads at once, wkv_scan goes from token to
 * token. What each reads and writes is said in its WGSL; sizes that they share are one uniform struct for a layer.
 */
import { defineKernel, foldGrid, type Grid } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { DECAY_SCALE, GROUP_NORM_EPSILON } from '../rwkv7/config.ts';

/** How a kernel stores what a matrix product reads: `shaders/lib/store_FORMAT.wgsl`. */
export type OutputFormat = 'f32' | 'f16';

/** Slots k, v, decay logit, a and value mix of `proj` become k', v', w, κ∘a and −κ; in the first layer `vFirst` is written. */
export const wkvPrepare = defineKernel('wkv_prepare', {
  proj: 'write',
  vFirst: 'write',
  bonus: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

const SCAN_BINDINGS = { proj: 'read', wkv: 'write', y: 'write', shape: 'uniform', run: 'uniform' } as const;
/** Inputs straight into registers; needs subgroups. */
export const wkvScan = defineKernel('wkv_scan', SCAN_BINDINGS);
/** Inputs through workgroup memory; needs subgroups. For runs of one sequence. */
export const wkvScanShared = defineKernel('wkv_scan_shared', SCAN_BINDINGS);
/** Inputs through workgroup memory, with and without subgroups. */
export const wkvScanStaged = defineKernel('wkv_scan_staged', SCAN_BINDINGS);

/** Writes f32, or f16 in pairs. */
export const wkvFinish = defineKernel('wkv_finish', {
  y: 'read',
  out: 'write',
  proj: 'read',
  bonus: 'read',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

/** Where things lie for the WKV of a layer; all in numbers (not bytes), multiples of 4. */
export interface WkvPlaces {
  readonly heads: number;
  /** Between tokens in `proj`, `vFirst` and `y`. */
  readonly stride: number;
  /** Between slots of `proj`. */
  readonly slotStride: number;
  /** Of k_k in `vectors`; k_a, r_k, ln_x.weight and ln_x.bias follow it. */
  readonly vectorsOffset: number;
  /** Between tokens in `out`. */
  readonly outStride: number;
  /** Of the layer's first head in what is bound as `wkv`. */
  readonly stateOffset: number;
  /** Between the states of two sequences in `wkv`; not used for one sequence. */
  readonly stateStride: number;
}

/** The words of the uniform struct `WkvShape`. */
export const wkvShape = (places: WkvPlaces): number[] => [
  places.heads,
  places.stride / 4,
  places.slotStride / 4,
  places.vectorsOffset / 4,
  places.outStride / 4,
  places.stateOffset / 4,
  places.stateStride / 4,
];

/** How wkv_prepare and wkv_finish are spread over lanes. */
export interface ItemTuning {
  /** Shuffles between lanes instead of workgroup memory. */
  readonly subgroups: boolean;
  /** Lanes that share a (token, head): a power of two that divides headSize / 4, at most the smallest subgroup. */
  readonly split: number;
  readonly workgroup: number;
}

/** How the recurrence is spread over lanes. */
export type ScanTuning = DirectScan | SharedScan | StagedScan;

interface Split {
  /** Lanes that share a row: 1, 2, 4, 8, 16, at most the smallest subgroup. */
  readonly split: number;
  /** Distance between those lanes; `split · step` is at most the smallest subgroup. */
  readonly step: number;
  readonly workgroup: number;
}

export interface DirectScan extends Split {
  readonly path: 'direct';
  /** Rows of a lane: 1, 2, 4. */
  readonly rows: number;
  /** Tokens that are read ahead: 1, 2, 4. */
  readonly depth: number;
}

export interface SharedScan extends Split {
  readonly path: 'shared';
  /** Tokens that are read together. */
  readonly block: number;
}

export interface StagedScan extends Split {
  readonly path: 'staged';
  /** Without them `split` is 1. */
  readonly subgroups: boolean;
  /** Tokens that are read together. */
  readonly block: number;
}

const splitImport = (subgroups: boolean): string => (subgroups ? 'lib/split_subgroup' : 'lib/split_workgroup');

const itemConstants = ({ split, workgroup }: ItemTuning, headSize: number): Record<string, number> => ({
  HEAD_SIZE: headSize,
  SPLIT: split,
  SPLIT_STEP: 1,
  WORKGROUP_SIZE: workgroup,
});

export const wkvPrepareVariant = (tuning: ItemTuning, headSize: number, firstLayer: boolean): Variant => ({
  imports: { split: splitImport(tuning.subgroups) },
  constants: {
    ...itemConstants(tuning, headSize),
    FIRST_LAYER: firstLayer,
    DECAY_SCALE: { f32: DECAY_SCALE },
  },
});

export const wkvFinishVariant = (tuning: ItemTuning, headSize: number, output: OutputFormat): Variant => ({
  imports: { split: splitImport(tuning.subgroups), store: `lib/store_${output}` },
  constants: { ...itemConstants(tuning, headSize), GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON } },
});

/** `sequences`: each token is the next one of its own sequence, whose state lies `stateStride` after the one before. */
export function wkvScanVariant(tuning: ScanTuning, headSize: number, sequences: boolean): Variant {
  const { split, step, workgroup } = tuning;
  const shared = {
    HEAD_SIZE: headSize,
    SPLIT: split,
    SPLIT_STEP: step,
    WORKGROUP_SIZE: workgroup,
  };
  const columns = `lib/columns_${headSize / 4 / split}`;
  switch (tuning.path) {
    case 'direct':
      return {
        imports: { split: splitImport(true), columns },
        constants: { ...shared, SEQUENCES: sequences, ROWS: tuning.rows, DEPTH: tuning.depth },
      };
    case 'shared':
      return { imports: { split: splitImport(true), columns }, constants: { ...shared, BLOCK: tuning.block } };
    case 'staged':
      return {
        imports: { split: splitImport(tuning.subgroups) },
        constants: { ...shared, SEQUENCES: sequences, BLOCK: tuning.block },
      };
  }
}

/** The same for runs with one token of each sequence: there is nothing to read ahead. */
export function oneTokenScan(tuning: ScanTuning): ScanTuning {
  if (tuning.path === 'staged') return tuning;
  const { split, step, workgroup } = tuning;
  return { path: 'direct', split, step, workgroup, rows: 1, depth: 1 };
}

const SCAN_KERNELS = { direct: wkvScan, shared: wkvScanShared, staged: wkvScanStaged } as const;

/** The kernel that runs a tuning. */
export const scanKernel = (tuning: ScanTuning): (typeof SCAN_KERNELS)[ScanTuning['path']] => SCAN_KERNELS[tuning.path];

/** Workgroups of a scan: all rows of all heads in x; in y the sequences, if each token belongs to another one. */
export function wkvScanGrid(tuning: ScanTuning, heads: number, headSize: number, sequences: boolean): Grid {
  const rows = tuning.path === 'direct' ? tuning.rows : 1;
  const groups = (heads * headSize * tuning.split) / (tuning.workgroup * rows);
  return (tokens) => [groups, sequences ? tokens : 1];
}

/** Workgroups of wkv_prepare and wkv_finish: `workgroup / split` of all (token, head) each. */
export const wkvItemsGrid =
  ({ workgroup, split }: ItemTuning, heads: number): Grid =>
  (tokens) =>
    foldGrid(Math.ceil((tokens * heads * split) / workgroup));
