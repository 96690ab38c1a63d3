/**
 * Matrix products of many tokens on matrix units (`mat_mat_units.wgsl`): tilings, variants, and the table of segments that
 * lets one dispatch compute several products side by side.
 */
import { defineKernel, type Grid } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { ACTIVATION_CODES, type Activation } from './variants.ts';
import { rowByteLength, rowScaleByteLength, type WeightFormat } from './weightFormats.ts';

export const matMatUnits = defineKernel('mat_mat_units', {
  weights: 'read',
  scales: 'read',
  x: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

/** Formats of weights that `shaders/tiles/` can turn into f16. */
export type TileFormat = Exclude<WeightFormat, 'f32'>;

/** Sizes and ways of one compilation of the kernel. Multiples of 16 each; tiles multiples of a subgroup's part. */
export interface Tiling {
  readonly tileTokens: number;
  readonly tileRows: number;
  /** Columns in workgroup memory at a time: 16 (not for formats of 4 bits), 32 or 64. */
  readonly tileK: 16 | 32 | 64;
  /** A subgroup's part of the tile; at most 64 each. */
  readonly subTokens: number;
  readonly subRows: number;
  /** Tiles in workgroup memory: with two, one is filled while the other is multiplied. */
  readonly buffers: 1 | 2;
  /** Matrices side by side in the patch through which results leave; divides subRows / 16. */
  readonly patchMatrices: 1 | 2 | 4;
  /** f32 between the rows of the patch, against bank conflicts; default 4. */
  readonly patchPad?: 0 | 4;
  /** Tiles of tokens that are computed for one tile of rows after the other; 0: all. */
  readonly band?: number;
  /** Results that nothing is done to go from registers to global memory; default true. */
  readonly directStore?: boolean;
  /** Accumulators with names, or in an array that the compiler must unroll; default named. */
  readonly block?: 'named' | 'looped';
  /** X through workgroup memory, or straight into matrices (then columns are a multiple of tileK); default staged. */
  readonly x?: 'staged' | 'direct';
}

/**
 * The tilings in use, by the most tokens of a run that they are for: the one place that says which. Chosen with
 * `node dist-tests/tune-matMat.mjs` on one NVIDIA H200: the fastest for the shapes of the 2.9B model at 64 and 2,048 tokens.
 */
export const UNITS_TILINGS = {
  few: {
    tileTokens: 64,
    tileRows: 32,
    tileK: 64,
    subTokens: 16,
    subRows: 32,
    buffers: 2,
    patchMatrices: 1,
  },
  many: {
    tileTokens: 128,
    tileRows: 128,
    tileK: 64,
    subTokens: 64,
    subRows: 32,
    buffers: 1,
    patchMatrices: 1,
  },
} as const satisfies Record<string, Tiling>;

/** The invocations of a subgroup that the kernel is written for. */
const SUBGROUP = 32;

/** Invocations of a workgroup. */
export const unitsWorkgroupSize = ({ tileTokens, tileRows, subTokens, subRows }: Tiling): number =>
  (SUBGROUP * tileTokens * tileRows) / (subTokens * subRows);

/** Bytes of workgroup memory that a tiling takes (a table of levels for nf4 comes on top: 64). */
export function unitsWorkgroupBytes(tiling: Tiling): number {
  const { tileTokens, tileRows, tileK, buffers, patchMatrices, patchPad = 4, x = 'staged' } = tiling;
  const rows = tileRows + (x === 'staged' ? tileTokens : 0);
  const patch = 16 * (16 * patchMatrices + patchPad) * 4;
  return buffers * rows * (2 * tileK + 16) + (unitsWorkgroupSize(tiling) / SUBGROUP) * patch;
}

export interface UnitsEpilogue {
  /** Adds to the output (f32 only) instead of overwriting it. */
  readonly adds?: boolean;
  readonly out: 'f32' | 'f16';
}

export const matMatUnitsVariant = (
  tiling: Tiling,
  format: TileFormat,
  { adds = false, out }: UnitsEpilogue,
): Variant => ({
  imports: {
    tile: `tiles/${format}`,
    operand: `lib/units_x_${tiling.x ?? 'staged'}`,
    block: tiling.block === 'looped' ? 'lib/units_block_looped' : 'lib/units_block',
    out: `lib/units_out_${out}`,
  },
  constants: {
    TILE_TOKENS: tiling.tileTokens,
    TILE_ROWS: tiling.tileRows,
    TILE_K: tiling.tileK,
    SUB_TOKENS: tiling.subTokens,
    SUB_ROWS: tiling.subRows,
    BUFFERS: tiling.buffers,
    PATCH_MATRICES: tiling.patchMatrices,
    PATCH_PAD: tiling.patchPad ?? 4,
    BAND: tiling.band ?? 0,
    DIRECT_STORE: (tiling.directStore ?? true) && out === 'f32',
    ADDS: adds,
  },
});

/** One product of a dispatch: `rows` rows of W from `firstRow` on with X and out at their places. */
export interface UnitsSegment {
  readonly rows: number;
  /** A multiple of 32. */
  readonly columns: number;
  /** Of the first row in the weights' buffer, in bytes; a multiple of 16. */
  readonly weightOffset: number;
  /** Of the first row in the scales' buffer, in u32. */
  readonly scaleOffset?: number;
  /** In x, in halves; both multiples of 8. */
  readonly xOffset: number;
  readonly xStride: number;
  /** In out, in its elements; both multiples of 4. */
  readonly outOffset: number;
  readonly outStride: number;
  /** In the layer's vectors, in f32; absent: no bias. */
  readonly biasOffset?: number;
  readonly activation?: Activation;
}

/** Segments that one dispatch may have; the struct in `units_shape.wgsl` has as many. */
export const MAX_SEGMENTS = 8;
const SEGMENT_WORDS = 16;
const UNUSED = 0xffffffff;

const rowTiles = (tiling: Tiling, { rows }: UnitsSegment): number => Math.ceil(rows / tiling.tileRows);

/** The words of the kernel's uniform `shape`. */
export function unitsShape(tiling: Tiling, format: TileFormat, segments: readonly UnitsSegment[]): number[] {
  if (segments.length > MAX_SEGMENTS) throw new Error(`${segments.length} segments in one dispatch`);
  const words: number[] = [];
  let firstTile = 0;
  for (const segment of segments) {
    words.push(
      firstTile,
      segment.rows,
      segment.columns,
      segment.weightOffset / 16,
      rowByteLength(format, segment.columns) / 16,
      segment.scaleOffset ?? 0,
      rowScaleByteLength(format, segment.columns) / 4,
      segment.xOffset / 8,
      segment.xStride / 8,
      segment.outOffset / 4,
      segment.outStride / 4,
      segment.biasOffset ?? UNUSED,
      ACTIVATION_CODES[segment.activation ?? 'none'],
      0,
      0,
      0,
    );
    firstTile += rowTiles(tiling, segment);
  }
  const unused = Array.from({ length: SEGMENT_WORDS }, (_, i) => (i === 0 ? UNUSED : 1));
  for (let i = segments.length; i < MAX_SEGMENTS; i++) words.push(...unused);
  const odd = words.find((word) => !Number.isInteger(word));
  if (odd !== undefined) throw new Error(`a segment is not aligned: ${odd}`);
  return words;
}

/** Workgroups of a dispatch: tiles of tokens in x, tiles of all segments' rows in y. */
export function unitsGrid(tiling: Tiling, segments: readonly UnitsSegment[]): Grid {
  const y = segments.reduce((sum, segment) => sum + rowTiles(tiling, segment), 0);
  return (tokens) => [Math.ceil(tokens / tiling.tileTokens), y];
}
