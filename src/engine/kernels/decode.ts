/**
 * The kernels of decoding one token on a GPU: five dispatches a layer. How rows are shared out among invocations is
 * chosen here, by measurement, for each weight format and shape.
 */
import type { Caps } from '../gpu/device.ts';
import { defineKernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { DECAY_SCALE, GROUP_NORM_EPSILON, LAYER_NORM_EPSILON, type ModelConfig } from '../rwkv7/config.ts';
import { ACTIVATION_CODES, type Activation } from './variants.ts';
import { pieceColumns, WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';

export const decodeProject = defineKernel('decode_project', {
  weights: 'read',
  scales: 'read',
  adapters: 'read',
  x: 'read',
  vectors: 'read',
  shift: 'read',
  normed: 'write',
  out: 'write',
  shape: 'uniform',
});

export const decodeAdd = defineKernel('decode_add', {
  weights: 'read',
  scales: 'read',
  input: 'read',
  inputScales: 'read',
  x: 'write',
  normed: 'read',
  shift: 'write',
  shape: 'uniform',
});

export const decodeTimeMix = defineKernel('decode_time_mix', {
  proj: 'read',
  adapters: 'read',
  vectors: 'read',
  vFirst: 'write',
  wkv: 'write',
  out: 'write',
  shape: 'uniform',
  ahead: 'read',
  aheadPart: 'read',
});

/** The head size that the kernels are written for: every released model's. */
export const DECODE_HEAD_SIZE = 64;

/** How the rows of a matrix are shared out. */
export interface RowTiling {
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  /** Invocations that share rows: they stride over the columns. */
  readonly team: number;
  /** Neighbouring rows that a team computes together, reading the input once. */
  readonly rowsPerTeam: 1 | 2 | 4;
  /** `decode_project`: workgroups that share the rows; each makes its input once. */
  readonly groups?: number;
}

export const rowsPerGroup = ({ workgroup, team, rowsPerTeam }: RowTiling): number => (workgroup / team) * rowsPerTeam;

/** The subgroup size, where it is one number. */
export function fixedSubgroupSize({ subgroups }: Pick<Caps, 'subgroups'>): number | undefined {
  return subgroups && subgroups.min === subgroups.max ? subgroups.min : undefined;
}

/** True where the format's product wants its input as int8. */
export const integerInput = (format: WeightFormat): boolean => format === 'q4_0';

/** True where the kernels that read 16 bytes at a time take a matrix of so many columns. */
export const fitsPieces = (format: WeightFormat, columns: number): boolean =>
  format !== 'f32' && columns % WEIGHT_LAYOUTS[format].fastMultiple === 0;

function rowConstants(format: WeightFormat, columns: number, tiling: RowTiling, subgroup: number) {
  return {
    imports: {
      rows: `rows/${format}`,
      team: tiling.team > subgroup ? 'lib/team_across' : 'lib/team_within',
    },
    constants: {
      COLUMNS: columns,
      WORKGROUP_SIZE: tiling.workgroup,
      TEAM: tiling.team,
      ROWS_PER_TEAM: tiling.rowsPerTeam,
      SUBGROUP_SIZE: subgroup,
    },
  };
}

/** Bytes of workgroup memory that `decode_project` takes: its input, sums of subgroups of four, tables, results. */
export function projectWorkgroupBytes(format: WeightFormat, columns: number, tiling: RowTiling): number {
  const integers = integerInput(format) ? 2 * columns + columns / 8 : 48;
  const table = format === 'nf4' ? 2048 : 0;
  const sums = 8 * tiling.workgroup;
  return 4 * columns + integers + table + sums + 4 * rowsPerGroup(tiling);
}

export interface ProjectShape {
  readonly format: WeightFormat;
  readonly columns: number;
  readonly rows: number;
  /** Rows that share one token-shift mix. */
  readonly rowsPerMix: number;
  readonly tokenShift: boolean;
  readonly activation?: Activation;
  /** Ranks of the low-rank adapters whose first matrices are computed too. */
  readonly ranks?: ModelConfig['ranks'];
  /** The format of the weights that read the output; absent: others read it, row by row. */
  readonly readBy?: WeightFormat;
}

/** 16-byte units of activations that a piece of such weights needs; the order of the units follows from it. */
const unitsPerPiece = (format: WeightFormat): number => (integerInput(format) ? 2 : pieceColumns(format) / 4);

const outputConstants = (readBy: WeightFormat | undefined): Record<string, number | boolean> => ({
  INTEGER_OUTPUT: readBy !== undefined && integerInput(readBy),
  OUTPUT_UNITS_PER_PIECE: readBy === undefined ? 1 : unitsPerPiece(readBy),
});

/** Workgroups of `decode_project` for a matrix. */
export function projectGroups({ rows, ranks }: ProjectShape, tiling: RowTiling): number {
  const adapters = ranks ? ranks.decay + ranks.iclr + ranks.gate + ranks.value : 0;
  return Math.min((rows + adapters) / rowsPerGroup(tiling), tiling.groups ?? Infinity);
}

export function decodeProjectVariant(shape: ProjectShape, tiling: RowTiling, subgroup: number): Variant {
  const { imports, constants } = rowConstants(shape.format, shape.columns, tiling, subgroup);
  const { ranks } = shape;
  return {
    imports,
    constants: {
      ...constants,
      ROWS: shape.rows,
      ROWS_PER_MIX: shape.rowsPerMix,
      TOKEN_SHIFT: shape.tokenShift,
      ACTIVATION: ACTIVATION_CODES[shape.activation ?? 'none'],
      INTEGER_INPUT: integerInput(shape.format),
      ...outputConstants(shape.readBy),
      GROUPS: projectGroups(shape, tiling),
      DECAY_RANK: ranks?.decay ?? 0,
      ICLR_RANK: ranks?.iclr ?? 0,
      GATE_RANK: ranks?.gate ?? 0,
      VALUE_RANK: ranks?.value ?? 0,
      LAYER_NORM_EPSILON: { f32: LAYER_NORM_EPSILON },
    },
  };
}

export function decodeAddVariant(format: WeightFormat, columns: number, tiling: RowTiling, subgroup: number): Variant {
  const { imports, constants } = rowConstants(format, columns, tiling, subgroup);
  return { imports: { ...imports, input: integerInput(format) ? 'lib/input_i8' : 'lib/input_f32' }, constants };
}

/** Reading ahead into the cache while the heads wait for memory. */
export interface ReadAhead {
  /** Workgroups that do nothing else; 0: no reading ahead. */
  readonly groups: number;
  /** Bytes of the weights after the next. */
  readonly partBytes: number;
}

/**
 * Chosen with tools/tune/decode.ts and `anser bench --profile` on one NVIDIA H200 (60 MB of second-level cache). It costs
 * where the cache is small, so adapters that nobody has measured do without.
 */
const READ_AHEAD: readonly { readonly adapter: RegExp; readonly ahead: ReadAhead }[] = [
  { adapter: /\bh[12]00\b/i, ahead: { groups: 92, partBytes: 12 << 20 } },
];
const NO_READ_AHEAD: ReadAhead = { groups: 0, partBytes: 0 };

/** How much an adapter reads ahead. */
export const readAheadOf = ({ name }: Pick<Caps, 'name'>): ReadAhead =>
  READ_AHEAD.find(({ adapter }) => adapter.test(name))?.ahead ?? NO_READ_AHEAD;

export const decodeTimeMixVariant = (
  { heads, headSize, width, ranks }: ModelConfig,
  firstLayer: boolean,
  readBy: WeightFormat,
  ahead: ReadAhead = NO_READ_AHEAD,
): Variant => ({
  constants: {
    HEADS: heads,
    AHEAD_GROUPS: ahead.groups,
    AHEAD_PART: ahead.partBytes / 16,
    HEAD_SIZE: headSize,
    WIDTH: width,
    WORKGROUP_SIZE: 4 * headSize,
    DECAY_RANK: ranks.decay,
    ICLR_RANK: ranks.iclr,
    GATE_RANK: ranks.gate,
    VALUE_RANK: firstLayer ? 0 : ranks.value,
    FIRST_LAYER: firstLayer,
    ...outputConstants(readBy),
    DECAY_SCALE: { f32: DECAY_SCALE },
    GROUP_NORM_EPSILON: { f32: GROUP_NORM_EPSILON },
  },
});

/** Which matrix a tiling is for: its input comes from a tile in workgroup memory, or from a buffer. */
export type RowUse = 'project' | 'add' | 'head';

const GROUP = 256;
/** Enough workgroups for the largest GPUs, few enough that making the input is cheap. */
const GROUPS = 264;

/** The largest power of two that divides `value`, at most `limit`. */
function powerOfTwoIn(value: number, limit: number): number {
  let power = 1;
  while (2 * power <= limit && value % (2 * power) === 0) power *= 2;
  return power;
}

/**
 * The tiling for a matrix, or undefined where none fits its sizes.
 * @param multipleOf Rows of a workgroup must be a multiple of it (an int8 block of the output is 32 rows).
 * @param dividing Row counts that a workgroup's rows must divide.
 */
export function chooseTiling(
  format: WeightFormat,
  columns: number,
  dividing: readonly number[],
  subgroup: number,
  use: RowUse,
  multipleOf = 1,
): RowTiling | undefined {
  if (!fitsPieces(format, columns)) return undefined;
  const pieces = columns / pieceColumns(format);
  const largestTeam = powerOfTwoIn(pieces, use === 'add' ? GROUP : subgroup);
  // More rows at a time save input reads, but only where there are rows enough to keep every unit busy.
  const rowCounts = use === 'add' ? ([1, 2, 4] as const) : ([4, 2, 1] as const);
  for (let team = largestTeam; team >= 1; team /= 2)
    for (const workgroup of [GROUP, GROUP / 2, GROUP / 4]) {
      if (workgroup < team || workgroup < subgroup) continue;
      for (const rowsPerTeam of rowCounts) {
        const tiling = { workgroup, team, rowsPerTeam, groups: GROUPS };
        const rows = rowsPerGroup(tiling);
        if (rows % multipleOf === 0 && dividing.every((count) => count % rows === 0)) return tiling;
      }
    }
  return undefined;
}
