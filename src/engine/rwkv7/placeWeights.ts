/**
 * Where a model's weights lie on the device: matrices that one dispatch reads together share a buffer. Where a dispatch may
 * take many layers, each kind of matrix has one buffer over as many layers as a binding holds.
 */
import { assert } from '../api/errors.ts';
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

/** The kinds of block matrices, and with them all kinds: each has a buffer over all layers of a range. */
const BLOCK_KINDS = ['projections', 'output', 'ffnKey', 'ffnValue'] as const;
const KINDS = [...BLOCK_KINDS, 'adaptersIn', 'adaptersOut'] as const;

/** Something for each kind of a layer's matrices, which are told apart by what reads them together. */
type ByKind<T> = Readonly<Record<(typeof KINDS)[number], T>>;
type Plan = ByKind<readonly MatrixSpec[]>;

const byKind = <T>(make: (kind: (typeof KINDS)[number]) => T): ByKind<T> =>
  Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as ByKind<T>;

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

/** The matrices of each product of a layer. */
export const productsOf = ({ valueResidual, ...layer }: LayerWeights): Matrix[][] => [
  [layer.receptance, layer.key, layer.value],
  [layer.w1, layer.a1, layer.g1, ...(valueResidual ? [valueResidual.v1] : [])],
  [layer.w2, layer.a2, layer.g2, ...(valueResidual ? [valueResidual.v2] : [])],
  ...[layer.output, layer.ffnKey, layer.ffnValue].map((matrix) => [matrix]),
];

/** Every matrix of a layer. */
export const matricesOf = (layer: LayerWeights): Matrix[] => productsOf(layer).flat();

/** Letters of the low-rank adapters and their ranks, in the order of their buffers; layer 0 has no value residual. */
const adapterLetters = ({ ranks }: ModelConfig, index: number): readonly (readonly [string, number])[] => [
  ['w', ranks.decay],
  ['a', ranks.iclr],
  ['g', ranks.gate],
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
  const vectors = storageBuffer(gpu, label('vectors'), vectorBytes(config));
  return layerOf(
    byKind((kind) => createMatrices(gpu, label(kind), plan[kind])),
    { buffer: vectors, offset: 0, size: vectors.size },
  );
}

const vectorBytes = ({ width }: ModelConfig): number => 4 * LAYER_VECTORS.length * width;

/** A layer's weights from its matrices, which are in the order of its plan. */
function layerOf(made: ByKind<readonly Matrix[]>, vectors: Span): LayerWeights {
  const [receptance, key, value] = made.projections;
  const [[output], [ffnKey], [ffnValue]] = [made.output, made.ffnKey, made.ffnValue];
  const [w1, a1, g1, v1] = made.adaptersIn;
  const [w2, a2, g2, v2] = made.adaptersOut;
  assert(receptance && key && value && output && ffnKey && ffnValue, 'a layer lacks a matrix');
  assert(w1 && a1 && g1 && w2 && a2 && g2, 'a layer lacks an adapter');
  return {
    ...{ vectors, receptance, key, value, output, w1, a1, g1, w2, a2, g2, ffnKey, ffnValue },
    valueResidual: v1 && v2 && { v1, v2 },
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
    const largest = Math.max(...BLOCK_KINDS.map((kind) => sum((plans[first]?.[kind] ?? []).map(weightBytes))));
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
  const blocks = BLOCK_KINDS.flatMap((kind) => plan[kind]);
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
  const stride = byKind((kind) => sum(whole[kind].map(weightBytes)));
  const scaleStride = sum(BLOCK_KINDS.flatMap((kind) => whole[kind].map(scaleBytes)));
  const label = (name: string): string => `layers ${first} … ${first + count - 1} ${name}`;
  const buffers = byKind((kind) => storageBuffer(gpu, label(kind), count * stride[kind]));
  const scales = storageBuffer(gpu, label('scales'), Math.max(ALIGNMENT, count * scaleStride));
  const vectors = storageBuffer(gpu, label('vectors'), count * vectorBytes(config));
  const layers = plans.slice(first, first + count).map((plan, place) => {
    let scaleOffset = place * scaleStride;
    const made = byKind((kind) => {
      let offset = place * stride[kind];
      return plan[kind].map((spec): Matrix => {
        const weights = { buffer: buffers[kind], offset, size: weightBytes(spec) };
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
    return layerOf(made, { buffer: vectors, offset: place * bytes, size: bytes });
  });
  return { range: { first, count, format, ...buffers, scales, vectors }, layers };
}
