/** The tilings that the tuning tries, most promising first. Names: tokens × rows × columns, a subgroup's part, buffers. */
import type { Tiling } from '../../../src/engine/kernels/matMatUnits.ts';

function tiling(
  tile: readonly [number, number, Tiling['tileK']],
  sub: readonly [number, number],
  buffers: 1 | 2,
  patchMatrices: 1 | 2 | 4,
  rest: Partial<Tiling> = {},
): Tiling {
  const [tileTokens, tileRows, tileK] = tile;
  const [subTokens, subRows] = sub;
  return { tileTokens, tileRows, tileK, subTokens, subRows, buffers, patchMatrices, ...rest };
}

/** For hundreds of tokens and more. */
const large: Readonly<Record<string, Tiling>> = {
  // Four subgroups of 64 × 64: 8 loads of matrices for 16 products; two or more workgroups hide each other's barriers.
  '128x128x32 s64x64 b2': tiling([128, 128, 32], [64, 64], 2, 1),
  '128x128x32 s64x64 b1': tiling([128, 128, 32], [64, 64], 1, 4),
  // Eight subgroups: half the registers, more of them to hide latency.
  '128x128x32 s64x32 b2': tiling([128, 128, 32], [64, 32], 2, 1, { patchPad: 0 }),
  '128x128x64 s64x32 b1': tiling([128, 128, 64], [64, 32], 1, 1),
  '128x128x32 s64x32 b1': tiling([128, 128, 32], [64, 32], 1, 2),
  // Larger tiles read less through the L2 cache.
  '256x128x32 s64x64 b1': tiling([256, 128, 32], [64, 64], 1, 1),
  '128x256x32 s64x64 b1': tiling([128, 256, 32], [64, 64], 1, 1),
  '256x128x16 s64x64 b2': tiling([256, 128, 16], [64, 64], 2, 1),
  '128x256x16 s64x64 b2': tiling([128, 256, 16], [64, 64], 2, 1),
  '128x128x64 s64x64 b1': tiling([128, 128, 64], [64, 64], 1, 1),
  '128x128x16 s64x64 b2': tiling([128, 128, 16], [64, 64], 2, 2),
  '128x64x32 s64x32 b2': tiling([128, 64, 32], [64, 32], 2, 1),
};

/** The same with one thing changed, to see what it is worth. */
const probes: Readonly<Record<string, Tiling>> = {
  '128x128x32 s64x64 b2 looped': tiling([128, 128, 32], [64, 64], 2, 1, { block: 'looped' }),
  '128x128x32 s64x64 b2 x direct': tiling([128, 128, 32], [64, 64], 2, 4, { x: 'direct' }),
  '128x128x32 s64x64 b2 band 4': tiling([128, 128, 32], [64, 64], 2, 1, { band: 4 }),
  '128x128x32 s64x64 b2 by patch': tiling([128, 128, 32], [64, 64], 2, 1, { directStore: false }),
};

/** For tens of tokens: more and smaller workgroups, so that a matrix of 2560 rows fills the GPU. */
const small: Readonly<Record<string, Tiling>> = {
  '64x128x32 s32x64 b2': tiling([64, 128, 32], [32, 64], 2, 1),
  '64x64x64 s32x32 b2': tiling([64, 64, 64], [32, 32], 2, 1),
  '64x64x32 s32x32 b2': tiling([64, 64, 32], [32, 32], 2, 2),
  '64x32x64 s16x32 b2': tiling([64, 32, 64], [16, 32], 2, 1),
  '32x64x64 s16x32 b2': tiling([32, 64, 64], [16, 32], 2, 2),
  '16x64x64 s16x16 b2': tiling([16, 64, 64], [16, 16], 2, 1),
};

export const TILINGS = { large, probes, small };
export const ALL_TILINGS: Readonly<Record<string, Tiling>> = { ...large, ...probes, ...small };
