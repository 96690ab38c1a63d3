/**
 * Where a model's weights lie on the device: matrices that one dispatch reads together share a buffer. Where a dispatch may
 * take many layers, each kind of matrix has one buffer over as many layers as a binding holds.
 */
import { roundUp, storageBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { rowByteLength, rowScaleByteLength, type WeightFormat } from '../kernels/weightFormats.ts';
import type { ModelConfig } from './config.ts';
import { LAYER_VECTORS, MODEL_VECTORS } from './layout.ts';
import { buffersOf, createMatrices, createMatrix, type Matrix, type MatrixSpec, type Span } from './matrix.ts';
import type { LayerRange, LayerWeights, MatrixRole, ModelWeights, WantedMatrix } from './weights.ts';

/** The format that a matrix shall have on the device. */
export type FormatOf = (role: MatrixRole, wanted: WantedMatrix) => WeightFormat;

/** WebGPU's largest alignment of storage offsets. */
const ALIGNMENT = 256;

/** The kinds of block matrices, each a buffer over all layers of a range. */
const KINDS = ['projections', 'output', 'ffnKey', 'ffnValue'] as const;
type Kind = (typeof KINDS)[number];

/** A layer's matrices by what reads them together. */
type Plan = Readonly<Record<Kind | 'adaptersIn' | 'adaptersOut', readonly MatrixSpec[]>>;

/**
 * Makes all buffers of a model, zero-filled.
 * @throws EngineError `out-of-memory` where the adapter cannot bind a row of some matrix, and what `formatOf` throws
 */
export function placeWeights(gpu: Gpu, config: ModelConfig, formatOf: FormatOf): ModelWeights {
  const plans = Array.from({ length: config.layers }, (_, index) => planOf(config, index, formatOf));
  const { width, vocabularySize } = config;
  const vocabulary = (role: 'embedding' | 'head', name: string): MatrixSpec => {
    const wanted = { name, rows: vocabularySize, columns: width };
    return { ...wanted, format: formatOf(role, wanted) };
  };
  const specs = { embedding: vocabulary('embedding', 'emb.weight'), head: vocabulary('head', 'head.weight') };
  const ranges = rangesOf(gpu, config, plans);
  const ranged = ranges?.map((range) => placeRange(gpu, config, plans, range));
  const layers = ranged?.flatMap((range) => range.layers) ?? plans.map((plan, i) => placeLayer(gpu, config, plan, i));
  const embedding = createMatrix(gpu, specs.embedding);
  const head = createMatrix(gpu, specs.head);
  const vectors = storageBuffer(gpu, 'model vectors', 4 * MODEL_VECTORS.length * width);
  const matrices = [embedding, ...layers.flatMap(matricesOf), head];
  const buffers = new Set([vectors, ...layers.map((layer) => layer.vectors.buffer), ...buffersOf(matrices)]);
  return {
    ...{ embedding, head, vectors, layers, ranges: ranged?.map(({ range }) => range), matrices },
    byteLength: [...buffers].reduce((sum, { size }) => sum + size, 0),
    destroy: () => {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

/** Every matrix of a layer, in the order in which it is filled. */
export const matricesOf = ({ valueResidual, ...layer }: LayerWeights): Matrix[] => [
  ...[layer.receptance, layer.key, layer.value, layer.output],
  ...[layer.w1, layer.a1, layer.g1, ...(valueResidual ? [valueResidual.v1] : [])],
  ...[layer.w2, layer.a2, layer.g2, ...(valueResidual ? [valueResidual.v2] : [])],
  ...[layer.ffnKey, layer.ffnValue],
];

/** Letters of the low-rank adapters and their ranks, in the order of their buffers; layer 0 has no value residual. */
const adapterLetters = ({ ranks }: ModelConfig, index: number): readonly (readonly [string, number])[] => [
  ...([['w', ranks.decay] as const, ['a', ranks.iclr] as const, ['g', ranks.gate] as const] as const),
  ...(index === 0 ? [] : [['v', ranks.value] as const]),
];

function planOf(config: ModelConfig, index: number, formatOf: FormatOf): Plan {
  const { width, ffnWidth } = config;
  const at = `blocks.${index}.`;
  const spec = (role: MatrixRole, name: string, rows: number, columns: number): MatrixSpec => {
    const wanted = { name: at + name, rows, columns };
    return { ...wanted, format: formatOf(role, wanted) };
  };
  const square = (name: string): MatrixSpec => spec('block', `att.${name}.weight`, width, width);
  const letters = adapterLetters(config, index);
  return {
    projections: ['receptance', 'key', 'value'].map(square),
    output: [square('output')],
    ffnKey: [spec('block', 'ffn.key.weight', ffnWidth, width)],
    ffnValue: [spec('block', 'ffn.value.weight', width, ffnWidth)],
    adaptersIn: letters.map(([letter, rank]) => spec('adapter', `att.${letter}1`, rank, width)),
    adaptersOut: letters.map(([letter, rank]) => spec('adapter', `att.${letter}2`, width, rank)),
  };
}

function placeLayer(gpu: Gpu, config: ModelConfig, plan: Plan, index: number): LayerWeights {
  const label = (name: string): string => `blocks.${index}.${name}`;
  const [projections, output, adaptersIn, adaptersOut, ffnKey, ffnValue] = (
    ['projections', 'output', 'adaptersIn', 'adaptersOut', 'ffnKey', 'ffnValue'] as const
  ).map((name) => createMatrices(gpu, label(name), plan[name]));
  const vectors = storageBuffer(gpu, label('vectors'), vectorBytes(config));
  return named(
    [projections, output, ffnKey, ffnValue, adaptersIn, adaptersOut].flatMap((some) => some ?? []),
    { buffer: vectors, offset: 0, size: vectors.size },
  );
}

const vectorBytes = ({ width }: ModelConfig): number => 4 * LAYER_VECTORS.length * width;

/** A layer's weights from its matrices, which are told apart by the ends of their names. */
function named(matrices: readonly Matrix[], vectors: Span): LayerWeights {
  const found = (end: string): Matrix | undefined => matrices.find(({ name }) => name.endsWith(end));
  const get = (end: string): Matrix => {
    const matrix = found(end);
    if (!matrix) throw new RangeError(`no matrix ${end}`);
    return matrix;
  };
  const v1 = found('.att.v1');
  const v2 = found('.att.v2');
  return {
    vectors,
    receptance: get('.att.receptance.weight'),
    key: get('.att.key.weight'),
    value: get('.att.value.weight'),
    output: get('.att.output.weight'),
    ...{ w1: get('.att.w1'), a1: get('.att.a1'), g1: get('.att.g1') },
    ...{ w2: get('.att.w2'), a2: get('.att.a2'), g2: get('.att.g2') },
    valueResidual: v1 && v2 && { v1, v2 },
    ffnKey: get('.ffn.key.weight'),
    ffnValue: get('.ffn.value.weight'),
  };
}

const weightBytes = ({ format, rows, columns }: MatrixSpec): number => rows * rowByteLength(format, columns);
const scaleBytes = ({ format, rows, columns }: MatrixSpec): number => rows * rowScaleByteLength(format, columns);
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

/** Consecutive layers of one format. */
interface RangePlan {
  readonly first: number;
  readonly count: number;
  readonly format: WeightFormat;
}

/** Which layers share buffers; undefined where no dispatch takes a whole layer, or the weights do not lie so. */
function rangesOf({ caps }: Gpu, { width }: ModelConfig, plans: readonly Plan[]): RangePlan[] | undefined {
  if (caps.waitingGroups === 0 || width % (ALIGNMENT / 4) !== 0) return undefined;
  const limit = Math.min(caps.maxBindingSize, caps.maxBufferSize);
  const ranges: RangePlan[] = [];
  for (let first = 0; first < plans.length;) {
    const format = commonFormat(plans[first]);
    const largest = Math.max(...KINDS.map((kind) => sum((plans[first]?.[kind] ?? []).map(weightBytes))));
    const fitting = Math.floor(limit / largest);
    if (format === undefined || fitting === 0) return undefined;
    let alike = 1;
    while (first + alike < plans.length && commonFormat(plans[first + alike]) === format) alike++;
    // Ranges of nearly equal length.
    const count = Math.ceil(alike / Math.ceil(alike / fitting));
    ranges.push({ first, count, format });
    first += count;
  }
  return ranges;
}

/** The one format of a layer's block matrices, if its weights can be stacked: whole rows, aligned, adapters of f16. */
function commonFormat(plan: Plan | undefined): WeightFormat | undefined {
  if (!plan) return undefined;
  const blocks = KINDS.flatMap((kind) => plan[kind]);
  const adapters = [...plan.adaptersIn, ...plan.adaptersOut];
  const format = blocks[0]?.format;
  const aligned = [...blocks, ...adapters].every(
    (spec) => spec.columns % 4 === 0 && weightBytes(spec) % ALIGNMENT === 0 && scaleBytes(spec) % ALIGNMENT === 0,
  );
  const alike = blocks.every((spec) => spec.format === format) && adapters.every((spec) => spec.format === 'f16');
  return aligned && alike ? format : undefined;
}

/** Buffers of a range, and its layers in them: layer by layer, matrix by matrix. */
function placeRange(
  gpu: Gpu,
  config: ModelConfig,
  plans: readonly Plan[],
  { first, count, format }: RangePlan,
): { readonly range: LayerRange; readonly layers: LayerWeights[] } {
  // The last layer has all adapters; the first has room for those that it lacks, filled with zeros.
  const whole = plans.at(-1);
  if (!whole) throw new RangeError('a model without layers');
  const names = [...KINDS, 'adaptersIn', 'adaptersOut'] as const;
  const strideOf = (name: (typeof names)[number]): number => sum(whole[name].map(weightBytes));
  const scaleStride = sum(KINDS.flatMap((kind) => whole[kind].map(scaleBytes)));
  const label = (name: string): string => `layers ${first} … ${first + count - 1} ${name}`;
  const made = Object.fromEntries(
    names.map((name) => [name, storageBuffer(gpu, label(name), count * strideOf(name))]),
  ) as Record<(typeof names)[number], GPUBuffer>;
  const scales = storageBuffer(gpu, label('scales'), Math.max(ALIGNMENT, count * scaleStride));
  const vectors = storageBuffer(gpu, label('vectors'), count * vectorBytes(config));
  const layers = plans.slice(first, first + count).map((plan, place) => {
    let scaleOffset = place * scaleStride;
    const matrices = names.flatMap((name) => {
      let offset = place * strideOf(name);
      return plan[name].map((spec): Matrix => {
        const weights = { buffer: made[name], offset, size: weightBytes(spec) };
        offset += weightBytes(spec);
        const size = scaleBytes(spec);
        // A binding of nothing is not allowed.
        const own = size > 0 ? { buffer: scales, offset: scaleOffset, size } : { buffer: scales, offset: 0, size: 16 };
        scaleOffset += size;
        const slices = [{ rowOffset: 0, rows: spec.rows, weights, scales: own }];
        return { ...spec, paddedColumns: roundUp(spec.columns, 4), slices };
      });
    });
    const bytes = vectorBytes(config);
    return named(matrices, { buffer: vectors, offset: place * bytes, size: bytes });
  });
  return { range: { first, count, format, ...made, scales, vectors }, layers };
}
