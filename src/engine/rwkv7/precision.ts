/** How exactly weights are kept on the device: alike in all layers, or in ranges of layers each in its own way. */
import { EngineError } from '../api/errors.ts';

/** `source`: what the file has where a kernel reads it (bf16 becomes f16); else all matrices are converted. */
export const UNIFORM_PRECISIONS = ['source', 'f16', 'f32', 'q8_0', 'int8', 'nf4', 'int4'] as const;
export type UniformPrecision = (typeof UNIFORM_PRECISIONS)[number];

export interface LayerRange {
  readonly precision: UniformPrecision;
  /** Layers count from 0; both belong to the range. */
  readonly first: number;
  readonly last: number;
}

export interface LayeredPrecision {
  /** In order and apart. */
  readonly ranges: readonly LayerRange[];
  /** Of all other layers, and of what belongs to none: the vocabulary's matrices. */
  readonly rest: UniformPrecision;
}

export type Precision = UniformPrecision | LayeredPrecision;

const ITEM = /^(?<name>[a-z0-9_]+)(?::(?<first>\d{1,6})(?:-(?<last>\d{1,6}))?)?$/u;

/**
 * Reads `int8`, `nf4:0-11,int8` or `nf4:0-3,nf4:28-31,int8`: ranges of layers, then the precision of the rest, which is
 * `source` if it is left out. Texts that mean the same give the same.
 * @throws EngineError `invalid-argument`
 */
export function parsePrecision(text: string): Precision {
  const ranges: LayerRange[] = [];
  let rest: UniformPrecision | undefined;
  for (const item of text.split(',')) {
    const { name, first, last = first } = ITEM.exec(item.trim())?.groups ?? {};
    const precision = UNIFORM_PRECISIONS.find((candidate) => candidate === name);
    // What has no range is the last item.
    if (!precision || rest !== undefined) throw notUnderstood(text);
    if (first === undefined) rest = precision;
    else ranges.push({ precision, first: Number(first), last: Number(last) });
  }
  ranges.sort((a, b) => a.first - b.first);
  if (ranges.some(({ first, last }, i) => last < first || first <= (ranges[i - 1]?.last ?? -1)))
    throw notUnderstood(text);
  return simplified(ranges, rest ?? 'source');
}

/** Ranges like the rest are left out, and neighbours of one precision joined. */
function simplified(ranges: readonly LayerRange[], rest: UniformPrecision): Precision {
  const joined: LayerRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (range.precision === rest) continue;
    if (before?.precision === range.precision && before.last + 1 === range.first)
      joined.splice(-1, 1, { ...before, last: range.last });
    else joined.push(range);
  }
  return joined.length === 0 ? rest : { ranges: joined, rest };
}

const notUnderstood = (text: string): EngineError =>
  new EngineError(
    'invalid-argument',
    `A precision is one of ${UNIFORM_PRECISIONS.join(', ')}, or ranges of layers and the rest as in nf4:0-11,int8; not "${text}".`,
  );

/** The text from which `parsePrecision` makes it. */
export function precisionText(precision: Precision): string {
  if (typeof precision === 'string') return precision;
  const ranges = precision.ranges.map(
    ({ precision: name, first, last }) => `${name}:${first === last ? first : `${first}-${last}`}`,
  );
  return [...ranges, precision.rest].join(',');
}

/** Every precision that occurs in it. */
export const precisionsIn = (precision: Precision): readonly UniformPrecision[] =>
  typeof precision === 'string' ? [precision] : [precision.rest, ...precision.ranges.map((range) => range.precision)];

/** The precision of a tensor by its official name. */
export function precisionOf(precision: Precision, tensor: string): UniformPrecision {
  if (typeof precision === 'string') return precision;
  const layer = Number(/^blocks\.(\d+)\./.exec(tensor)?.[1] ?? -1);
  return precision.ranges.find(({ first, last }) => first <= layer && layer <= last)?.precision ?? precision.rest;
}

/** @throws EngineError `invalid-argument` where a range goes beyond the model's layers */
export function checkPrecision(precision: Precision, layers: number): void {
  const last = typeof precision === 'string' ? -1 : (precision.ranges.at(-1)?.last ?? -1);
  if (last >= layers)
    throw new EngineError(
      'invalid-argument',
      `There is no layer ${last} for the precision ${precisionText(precision)}: the model has layers 0 to ${layers - 1}.`,
    );
}
