/** Who computes which rows of the first phase of a layer: r, k, v and the inner vectors of the low-rank adapters. */
import type { ModelConfig } from '../rwkv7/config.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';

/** Rows of one part that a workgroup computes: all of a part share a token shift. Words of `Task` in decode_layers.wgsl. */
export interface ProjectTask {
  /** 0 … 6: r, k, v, then the first matrices of w, a, g, v. */
  readonly part: number;
  /** Counted from the first row of r, or of w's adapter. */
  readonly firstRow: number;
  readonly rows: number;
}

/** More than any GPU has workgroups that run at a time, each with one task. */
export const MOST_TASKS = 512;

/** r, k and v. */
const PROJECTIONS = 3;
/** The least of a workgroup's share that is left to one with a head: how long a head takes is no more than estimated. */
const LEAST_SHARE = 0.15;

/** The heads of the second phase that workgroup `group` of `groups` has; the kernel knows them by the same formula. */
const headsBefore = (heads: number, group: number, groups: number): number => Math.floor((group * heads) / groups);

/**
 * The tasks of each of `groups` workgroups: one, so that none makes more than one token shift; where there are too few, one
 * of every part. Shared out by bytes of weights, those of a workgroup's head in the next phase included: it can load them
 * while others are still at this one.
 * @param multiple Rows of r, k and v are shared out so many at a time.
 */
export function projectTasks(
  config: ModelConfig,
  format: WeightFormat,
  groups: number,
  multiple: number,
): ProjectTask[][] {
  const { width, ranks } = config;
  const rows = [width, width, width, ranks.decay, ranks.iclr, ranks.gate, ranks.value];
  const tasks: ProjectTask[][] = Array.from({ length: groups }, () => []);
  const share = (part: number, first: number, count: number, firstRow: number): void => {
    const step = part < PROJECTIONS ? multiple : 1;
    const total = rows[part] ?? 0;
    const weights = Array.from({ length: count }, (_, i) => weightOf(config, format, first + i, groups));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    let before = 0;
    let row = 0;
    for (const [i, weight] of weights.entries()) {
      before += weight;
      const end = i + 1 === count ? total : Math.round(((before / whole) * total) / step) * step;
      tasks[first + i]?.push({ part, firstRow: firstRow + row, rows: end - row });
      row = end;
    }
  };
  let first = 0;
  for (const [part, own] of groupsOf(rows, format, groups).entries()) {
    share(part, first, own, firstRowOf(rows, part));
    if (groups >= rows.length) first += own;
  }
  return tasks;
}

/** Workgroups of each part: one more for the busiest until none is left. */
function groupsOf(rows: readonly number[], format: WeightFormat, groups: number): number[] {
  if (groups < rows.length) return rows.map(() => groups);
  const bits = (part: number): number => WEIGHT_LAYOUTS[part < PROJECTIONS ? format : 'f16'].bits;
  const shares = rows.map(() => 1);
  const load = (part: number): number => ((rows[part] ?? 0) * bits(part)) / (shares[part] ?? 1);
  for (let left = groups - rows.length; left > 0; left--) {
    const busiest = rows.map((_, part) => part).reduce((a, b) => (load(b) > load(a) ? b : a));
    shares[busiest] = (shares[busiest] ?? 0) + 1;
  }
  return shares;
}

/** What part of an even share a workgroup gets: less if it has a head. Where all have heads, all get the same. */
function weightOf(config: ModelConfig, format: WeightFormat, group: number, groups: number): number {
  const { heads, headSize, width, ranks } = config;
  const own = headsBefore(heads, group + 1, groups) - headsBefore(heads, group, groups);
  if (own === 0 || groups < heads) return 1;
  const rank = ranks.decay + ranks.iclr + ranks.gate + ranks.value;
  const headBytes = headSize * (4 * headSize + 2 * rank);
  const projected = (3 * width * width * WEIGHT_LAYOUTS[format].bits) / 8 + 2 * rank * width;
  const even = (projected + heads * headBytes) / groups;
  return Math.max(LEAST_SHARE, 1 - headBytes / even);
}

/** r, k and v lie one behind the other, and the adapters' rows likewise. */
const firstRowOf = (rows: readonly number[], part: number): number =>
  rows.slice(part < PROJECTIONS ? 0 : PROJECTIONS, part).reduce((sum, count) => sum + count, 0);

/** The most rows of r, k or v that a workgroup has in one task. */
export const mostProjected = (tasks: readonly (readonly ProjectTask[])[]): number =>
  Math.max(...tasks.flat().map(({ part, rows }) => (part < PROJECTIONS ? rows : 0)));
