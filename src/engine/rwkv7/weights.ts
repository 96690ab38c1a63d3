/** A model's weights on the device, and how they are asked for; who fills them is another's business. */
import { assert } from '../api/errors.ts';
import type { ModelConfig } from './config.ts';
import { LAYER_VECTORS, MODEL_VECTORS } from './layout.ts';
import { buffersOf, destroyMatrix, type Matrix } from './matrix.ts';

/** One layer's weights; names follow the official tensors. */
export interface LayerWeights {
  /** [LAYER_VECTORS.length][width] f32. */
  readonly vectors: GPUBuffer;
  readonly receptance: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly output: Matrix;
  readonly w1: Matrix;
  readonly w2: Matrix;
  readonly a1: Matrix;
  readonly a2: Matrix;
  readonly g1: Matrix;
  readonly g2: Matrix;
  /** Absent in layer 0, which is where v comes from. */
  readonly valueResidual: { readonly v1: Matrix; readonly v2: Matrix } | undefined;
  readonly ffnKey: Matrix;
  readonly ffnValue: Matrix;
}

export interface ModelWeights {
  readonly embedding: Matrix;
  readonly head: Matrix;
  /** [MODEL_VECTORS.length][width] f32. */
  readonly vectors: GPUBuffer;
  readonly layers: readonly LayerWeights[];
  /** Every matrix above, once. */
  readonly matrices: readonly Matrix[];
  /** Bytes on the device. */
  readonly byteLength: number;
  destroy(): void;
}

/** What a matrix is for: quantising spares the vocabulary's two matrices and the low-rank adapters. */
export type MatrixRole = 'vocabulary' | 'block' | 'adapter';

export interface WantedMatrix {
  /** The official tensor's name. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** Fills matrices and vector sets; the file loader and the synthetic weights of benchmarks are the two makers. */
export interface WeightFiller {
  /** Matrices that one dispatch may read together: in one buffer, in this order, where the adapter can bind it. */
  matrices(label: string, role: MatrixRole, wanted: readonly WantedMatrix[]): Promise<Matrix[]>;
  /** Names without a tensor (layer 0's v0, a missing ln0) are left zero. */
  vectors(label: string, names: readonly string[]): Promise<GPUBuffer>;
}

/** Loads all weights of a model through `filler`. */
export async function fillWeights(config: ModelConfig, filler: WeightFiller): Promise<ModelWeights> {
  const matrices: Matrix[] = [];
  const buffers: GPUBuffer[] = [];
  const destroy = (): void => {
    for (const matrix of matrices) destroyMatrix(matrix);
    for (const buffer of buffers) buffer.destroy();
  };
  const keeping: WeightFiller = {
    matrices: async (...args) => {
      const made = await filler.matrices(...args);
      matrices.push(...made);
      return made;
    },
    vectors: async (...args) => {
      const made = await filler.vectors(...args);
      buffers.push(made);
      return made;
    },
  };
  try {
    const { width, vocabularySize } = config;
    const vocabulary = (name: string): Promise<Matrix> =>
      oneMatrix(keeping, 'vocabulary', { name, rows: vocabularySize, columns: width });
    const embedding = await vocabulary('emb.weight');
    const modelVectors = await keeping.vectors('model vectors', MODEL_VECTORS);
    const layers: LayerWeights[] = [];
    for (let i = 0; i < config.layers; i++) layers.push(await fillLayer(config, i, keeping));
    const head = await vocabulary('head.weight');
    const all = [...buffersOf(matrices), ...buffers];
    return {
      embedding,
      head,
      vectors: modelVectors,
      layers,
      matrices,
      byteLength: all.reduce((sum, { size }) => sum + size, 0),
      destroy,
    };
  } catch (error) {
    destroy();
    throw error;
  }
}

async function oneMatrix(filler: WeightFiller, role: MatrixRole, wanted: WantedMatrix): Promise<Matrix> {
  const [made] = await filler.matrices(wanted.name, role, [wanted]);
  assert(made !== undefined, `${wanted.name} was not made`);
  return made;
}

async function fillLayer(
  { width, ffnWidth, ranks }: ModelConfig,
  index: number,
  filler: WeightFiller,
): Promise<LayerWeights> {
  const at = `blocks.${index}.`;
  const square = (name: string): WantedMatrix => ({ name: `${at}att.${name}.weight`, rows: width, columns: width });
  // Layer 0 has no value residual; without one the adapters' last place stays empty.
  const letters = [
    ['w', ranks.decay],
    ['a', ranks.iclr],
    ['g', ranks.gate],
    ...(index === 0 ? [] : [['v', ranks.value] as const]),
  ] as const;
  const down = letters.map(([letter, rank]) => ({ name: `${at}att.${letter}1`, rows: rank, columns: width }));
  const up = letters.map(([letter, rank]) => ({ name: `${at}att.${letter}2`, rows: width, columns: rank }));
  const vectors = await filler.vectors(
    `layer ${index} vectors`,
    LAYER_VECTORS.map((name) => at + name),
  );
  const projections = ['receptance', 'key', 'value'].map(square);
  const [receptance, key, value] = await filler.matrices(`${at}att projections`, 'block', projections);
  const output = await oneMatrix(filler, 'block', square('output'));
  const [w1, a1, g1, v1] = await filler.matrices(`${at}att adapters, in`, 'adapter', down);
  const [w2, a2, g2, v2] = await filler.matrices(`${at}att adapters, out`, 'adapter', up);
  assert(receptance && key && value && w1 && a1 && g1 && w2 && a2 && g2, 'a filler made too few matrices');
  return {
    ...{ vectors, receptance, key, value, output, w1, a1, g1, w2, a2, g2 },
    valueResidual: v1 && v2 && { v1, v2 },
    ffnKey: await oneMatrix(filler, 'block', { name: `${at}ffn.key.weight`, rows: ffnWidth, columns: width }),
    ffnValue: await oneMatrix(filler, 'block', { name: `${at}ffn.value.weight`, rows: width, columns: ffnWidth }),
  };
}
