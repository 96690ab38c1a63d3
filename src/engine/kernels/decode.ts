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
export const integerInput = (format: WeightFormat): boolean => format === 'q4_0' || format === 'int8';

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
const unitsPerPiece = (format: WeightFormat): number => pieceColumns(format) / (integerInput(format) ? 16 : 4);

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

export const decodeTimeMixVariant = (
  { headSize, width, ranks }: ModelConfig,
  firstLayer: boolean,
  readBy: WeightFormat,
): Variant => ({
  constants: {
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

/** Which matrix a tiling is for. */
export type RowUse = 'projections' | 'output' | 'ffnKey' | 'ffnValue' | 'head';

/** Kernels that add to the residual stream read their input from a buffer, so that a team may span subgroups. */
const isAdding = (use: RowUse): boolean => use === 'output' || use === 'ffnValue';

type Preference = Pick<RowTiling, 'team' | 'rowsPerTeam' | 'groups'>;

/**
 * What `node dist-tests/tune-decode.mjs` found fastest, or as good as the fastest, with workgroups of 256 on one NVIDIA
 * H200 for the shapes of the 2.9B model. Elsewhere a default like any other.
 */
const PREFERRED: Readonly<Record<RowUse, Partial<Record<WeightFormat, Preference>>>> = {
  projections: {
    f16: { team: 16, rowsPerTeam: 1, groups: 1056 },
    q4_0: { team: 32, rowsPerTeam: 4, groups: 264 },
    int8: { team: 16, rowsPerTeam: 2, groups: 264 },
    q8_0: { team: 16, rowsPerTeam: 2, groups: 264 },
  },
  output: {
    f16: { team: 64, rowsPerTeam: 2 },
    q4_0: { team: 64, rowsPerTeam: 2 },
    int8: { team: 128, rowsPerTeam: 2 },
    q8_0: { team: 128, rowsPerTeam: 2 },
  },
  ffnKey: {
    f16: { team: 16, rowsPerTeam: 2, groups: 528 },
    q4_0: { team: 16, rowsPerTeam: 4, groups: 264 },
  },
  ffnValue: {
    f16: { team: 256, rowsPerTeam: 4 },
    q4_0: { team: 128, rowsPerTeam: 4 },
  },
  head: { f16: { team: 16, rowsPerTeam: 2, groups: 528 } },
};

const GROUP = 256;
/** Enough workgroups for the largest GPUs, few enough that making the input is cheap. */
const GROUPS = 264;

/** The largest power of two that divides `value`, at most `limit`. */
function powerOfTwoIn(value: number, limit: number): number {
  let power = 1;
  while (2 * power <= limit && value % (2 * power) === 0) power *= 2;
  return power;
}

/** Tilings in the order of preference; the caller takes the first that fits. */
function* tilingsFor(format: WeightFormat, columns: number, subgroup: number, use: RowUse): Generator<RowTiling> {
  const widest = isAdding(use) ? GROUP : subgroup;
  const preferred = PREFERRED[use][format];
  if (preferred && preferred.team <= widest) yield { workgroup: GROUP, ...preferred };
  // More rows at a time save input reads, but only where there are rows enough to keep every unit busy.
  const rowCounts = isAdding(use) ? ([1, 2, 4] as const) : ([4, 2, 1] as const);
  for (let team = powerOfTwoIn(columns / pieceColumns(format), widest); team >= 1; team /= 2)
    for (const workgroup of [GROUP, GROUP / 2, GROUP / 4])
      for (const rowsPerTeam of rowCounts) yield { workgroup, team, rowsPerTeam, groups: GROUPS };
}

/**
 * The tiling for a matrix, or undefined where none fits its sizes.
 * @param dividing Row counts that a workgroup's rows must divide.
 * @param multipleOf Rows of a workgroup must be a multiple of it (an int8 block of the output is 32 rows).
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
  for (const tiling of tilingsFor(format, columns, subgroup, use)) {
    const { workgroup, team } = tiling;
    const rows = rowsPerGroup(tiling);
    if (workgroup < team || workgroup < subgroup || rows % multipleOf !== 0) continue;
    if (dividing.every((count) => count % rows === 0)) return tiling;
  }
  return undefined;
}
