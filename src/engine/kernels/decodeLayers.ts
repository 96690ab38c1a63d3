/**
 * The kernel that takes one token through whole layers in one dispatch: how its products are cut into tasks, how the rows
 * of its first phase are shared out among workgroups, and what it needs of an adapter.
 */
import { roundUp } from '../gpu/buffers.ts';
import type { Caps } from '../gpu/device.ts';
import { defineKernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { DECAY_SCALE, GROUP_NORM_EPSILON, LAYER_NORM_EPSILON, type ModelConfig } from '../rwkv7/config.ts';
import { DECODE_HEAD_SIZE, fitsPieces, integerInput } from './decode.ts';
import { mostProjected, MOST_TASKS, projectTasks, type ProjectTask } from './projectTasks.ts';
import { pieceColumns, WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';

export const decodeLayers = defineKernel('decode_layers', {
  projections: 'read',
  output: 'read',
  ffnKey: 'read',
  ffnValue: 'read',
  scales: 'read',
  adaptersIn: 'read',
  adaptersOut: 'read',
  vectors: 'read',
  shift: 'write',
  wkv: 'write',
  x: 'write',
  exchange: 'write',
  shape: 'uniform',
});

/** Storage buffers that the kernel binds. */
export const LAYER_STORAGE_BUFFERS = 12;

/** Words at the beginning of `exchange`; see exchange.wgsl. */
export const EXCHANGE = { stalled: 0, resident: 1, counted: 2, words: 32 * (1 + 2 * 5) } as const;

/** Bytes of `exchange`: header and counters, then what a layer's workgroups give, and v of the first layer; see layer_places.wgsl. */
export const exchangeBytes = ({ width, ffnWidth, ranks }: ModelConfig): number =>
  4 * (EXCHANGE.words + 7 * width + rankSum(ranks) + ffnWidth);

const rankSum = ({ decay, iclr, gate, value }: ModelConfig['ranks']): number => decay + iclr + gate + value;

/** How a product is cut into tasks; see `Cut` in layer_rows.wgsl. */
export interface Cut {
  /** Tasks that share a row. */
  readonly split: number;
  /** Invocations of a task, at most a subgroup. */
  readonly team: number;
  /** Rows of a task. */
  readonly rows: 1 | 2 | 4;
}

export interface LayerTiling {
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  readonly project: Cut;
  readonly output: Cut;
  readonly key: Cut;
  readonly value: Cut;
}

/** The sizes of a tiling that follow from model and format. */
export interface LayerFit {
  readonly tiling: LayerTiling;
  /** Columns of f32 that the tile holds. */
  readonly tileColumns: number;
  /** Turns in which the channel mix's inner vector goes through the tile. */
  readonly turns: number;
  /** The most parts of rows that a workgroup keeps sums of. */
  readonly partials: number;
  /** The most rows that a workgroup adds to. */
  readonly kept: number;
}

type Sizes = Omit<LayerFit, 'tiling'>;

function workgroupBytes(format: WeightFormat, ffnWidth: number, sizes: Sizes, subgroups: number): number {
  const integers = integerInput(format) ? ffnWidth + ffnWidth / 8 : 48;
  const table = format === 'nf4' ? 2048 : 0;
  return 4 * sizes.tileColumns + integers + table + 8 * subgroups + 4 * sizes.partials + 8 * sizes.kept;
}

/** Invocations of a workgroup for each of a subgroup: with subgroups of 32 all that WebGPU allows. */
const SUBGROUPS = 32;
const SPLITS = [1, 2, 4, 5, 8, 10, 16, 20];
/** What a team reads together is a line of the cache, 128 bytes, if it has eight members. */
const LINE_TEAM = 8;

/** A product as one workgroup sees it. */
interface Portion {
  readonly rows: number;
  /** Pieces of a row. */
  readonly pieces: number;
  readonly turns: number;
}

/**
 * Every step of a product waits for memory, and a workgroup's share of a matrix is a few steps: the cut that needs the
 * fewest; among equals the one with whole cache lines, the fewest sums and the most rows that read the input together.
 */
function fewestSteps({ rows, pieces, turns }: Portion, workgroup: number, subgroup: number): Cut {
  let best: Cut = { split: 1, team: subgroup, rows: 1 };
  let least = Infinity;
  for (const split of SPLITS.filter((count) => pieces % (turns * count) === 0))
    for (let team = Math.min(4, subgroup); team <= subgroup; team *= 2)
      for (const together of [1, 2, 4] as const) {
        const segment = pieces / (turns * split);
        const tasks = Math.ceil(rows / together) * split;
        const steps = Math.ceil(segment / ((team * 4) / together)) * Math.ceil(tasks / (workgroup / team));
        const cost = steps + (team < LINE_TEAM ? 0.5 : 0) + split / 100 - together / 1000;
        if (cost < least) [best, least] = [{ split, team, rows: together }, cost];
      }
  return best;
}

function tilingFor(
  config: ModelConfig,
  format: WeightFormat,
  turns: number,
  subgroup: number,
  groups: number,
): LayerTiling {
  const { width, ffnWidth } = config;
  const workgroup = SUBGROUPS * Math.min(subgroup, 32);
  const portion = (rows: number, columns: number): Portion => ({
    rows: Math.ceil(rows),
    pieces: columns / pieceColumns(format),
    turns: columns === width ? 1 : turns,
  });
  const cut = (part: Portion): Cut => fewestSteps(part, workgroup, subgroup);
  const most = mostProjected(projectTasks(config, format, groups, 1));
  return {
    workgroup,
    project: cut(portion(most, width)),
    output: cut(portion(width / groups, width)),
    key: cut(portion(ffnWidth / groups, width)),
    value: cut(portion(width / groups, ffnWidth)),
  };
}

export type LayerCaps = Pick<Caps, 'maxWorkgroupBytes' | 'maxInvocations' | 'maxStorageBuffers'>;

/**
 * What the kernel needs to know of a model in a format, for so many workgroups; undefined where it does not fit.
 * @param tiling Instead of the best known.
 */
export function fitLayer(
  { maxWorkgroupBytes, maxInvocations, maxStorageBuffers }: LayerCaps,
  config: ModelConfig,
  format: WeightFormat,
  { subgroup, groups, tiling }: { subgroup: number; groups: number; tiling?: LayerTiling | undefined },
): LayerFit | undefined {
  const { headSize, width, ffnWidth, ranks } = config;
  if (headSize !== DECODE_HEAD_SIZE || ffnWidth % width !== 0 || maxStorageBuffers < LAYER_STORAGE_BUFFERS)
    return undefined;
  if (!fitsPieces(format, width) || !fitsPieces(format, ffnWidth)) return undefined;
  if ([ranks.decay, ranks.iclr, ranks.gate, ranks.value].some((rank) => rank % 8 !== 0)) return undefined;
  const least = Math.max(width, headColumns(ranks));
  for (const turns of [1, 2, 4]) {
    const tileColumns = Math.max(least, ffnWidth / turns);
    // As int8 all of the inner vector lies beside the tile through which it goes.
    const productTurns = integerInput(format) ? 1 : turns;
    const cuts = tiling ?? tilingFor(config, format, productTurns, subgroup, groups);
    const sizes = { tileColumns, turns, ...rowsOfGroup(config, format, cuts, productTurns, groups) };
    const bytes = workgroupBytes(format, ffnWidth, sizes, cuts.workgroup / subgroup);
    if (cuts.workgroup > maxInvocations || bytes > maxWorkgroupBytes) continue;
    if (cutsFit(config, format, cuts, productTurns)) return { ...sizes, tiling: cuts };
  }
  return undefined;
}

/** Columns of the tile that the time mix of a head takes: inner vectors and seven vectors of the head, in whole pieces. */
const headColumns = (ranks: ModelConfig['ranks']): number => roundUp(rankSum(ranks) + 7 * DECODE_HEAD_SIZE, 32);

/** Whether rows fall into whole pieces however they are cut, and turns into whole words of scales. */
function cutsFit(
  { width, ffnWidth }: ModelConfig,
  format: WeightFormat,
  { project, output, key, value }: LayerTiling,
  turns: number,
): boolean {
  const piece = pieceColumns(format);
  const narrow = [project, output, key].every(({ split }) => (width / piece) % split === 0);
  const perTurn = ffnWidth / turns;
  return narrow && perTurn % WEIGHT_LAYOUTS[format].fastMultiple === 0 && (perTurn / piece) % value.split === 0;
}

/** The most that one of so many workgroups has to keep: parts of sums, and rows that it adds to. */
function rowsOfGroup(
  config: ModelConfig,
  format: WeightFormat,
  { project, output, key, value }: LayerTiling,
  turns: number,
  groups: number,
): { partials: number; kept: number } {
  const { width, ffnWidth } = config;
  const parts = (rows: number, cut: Cut, times = 1): number =>
    Math.ceil(rows / cut.rows / groups) * cut.rows * cut.split * times;
  const most = [
    mostProjected(projectTasks(config, format, groups, project.rows)) * project.split,
    parts(width, output),
    parts(ffnWidth, key),
    parts(width, value, turns),
  ];
  return { partials: roundUp(Math.max(...most), 4), kept: roundUp(Math.ceil(width / groups) + 4, 4) };
}

/** Slots of a layer's vectors that the kernel names, and how many there are. */
export interface VectorSlots {
  readonly count: number;
  readonly ln1: number;
  readonly ln2: number;
  readonly mix: number;
  readonly ffnMix: number;
  readonly bias: number;
}

export interface LayerVariantParts {
  readonly config: ModelConfig;
  readonly format: WeightFormat;
  readonly fit: LayerFit;
  readonly slots: VectorSlots;
  readonly subgroup: number;
}

export function decodeLayersVariant({ config, format, fit, slots, subgroup }: LayerVariantParts): Variant {
  const { tiling, tileColumns, turns, partials, kept } = fit;
  const { width, ffnWidth, heads, headSize, ranks } = config;
  const { project, output, key, value } = tiling;
  return {
    imports: { rows: `rows/${format}` },
    constants: {
      ...{ WIDTH: width, FFN_WIDTH: ffnWidth, LONGEST: ffnWidth, HEADS: heads, HEAD_SIZE: headSize },
      ...{ WORKGROUP_SIZE: tiling.workgroup, SUBGROUP_SIZE: subgroup, PARTIALS: partials, KEPT: kept },
      ...{ TILE_QUADS: tileColumns / 4, VALUE_TURNS: turns, INTEGER_INPUT: integerInput(format) },
      ...{ DECAY_RANK: ranks.decay, ICLR_RANK: ranks.iclr, GATE_RANK: ranks.gate, VALUE_RANK: ranks.value },
      ...{ VECTOR_COUNT: slots.count, MOST_TASKS },
      ...{ LN1_SLOT: slots.ln1, LN2_SLOT: slots.ln2, MIX_SLOT: slots.mix, FFN_MIX_SLOT: slots.ffnMix },
      BIAS_SLOT: slots.bias,
      ...cutConstants('PROJECT', project),
      ...cutConstants('OUTPUT', output),
      ...cutConstants('KEY', key),
      ...cutConstants('VALUE', value),
      LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON },
      DECAY_SCALE: { f32: DECAY_SCALE },
      GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON },
    },
  };
}

const cutConstants = (name: string, { split, team, rows }: Cut): Record<string, number> => ({
  [`${name}_SPLIT`]: split,
  [`${name}_TEAM`]: team,
  [`${name}_ROWS`]: rows,
});

/** Words of the kernel's `Shape` for so many layers from one on. */
export const layersShape = (first: number, count: number, tasks: readonly (readonly ProjectTask[])[]): number[] => [
  ...[first, count, 0, tasks[0]?.length ?? 0],
  ...tasks.flatMap((own) => own.flatMap(({ part, firstRow, rows }) => [part, firstRow, rows, 0])),
  ...Array.from({ length: 4 * (MOST_TASKS - tasks.flat().length) }, () => 0),
];

/** The same for counting the workgroups that run at a time. */
export const countingShape = (): number[] => [0, 0, 1, 0, ...Array.from({ length: 4 * MOST_TASKS }, () => 0)];
