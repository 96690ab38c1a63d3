/**
 * The two ends that all plans share: tokens become the residual stream, the residual stream becomes logits; and the small
 * inputs that say what to run.
 */
import { destroyBuffers, roundUp, storageBuffer, uniformBuffer, type UniformArena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { bind, type PipelineCache, type Step } from '../gpu/kernel.ts';
import { embed, layerNorm } from '../kernels/kernels.ts';
import { embedVariant, layerNormVariant } from '../kernels/variants.ts';
import { shiftLength, type ModelConfig } from './config.ts';
import { addProduct } from './plainProduct.ts';
import type { ModelWeights } from './weights.ts';

/** Rows of logits that are computed at a time: they are large. */
export const MOST_HEAD_ROWS = 128;

export interface Ends {
  /** [chunk] u32. */
  readonly tokens: GPUBuffer;
  /** Residual stream f32 [chunk][width], padded to a multiple of 4. */
  readonly x: GPUBuffer;
  /** f32 [MOST_HEAD_ROWS][width]: input of the head. */
  readonly normed: GPUBuffer;
  /** [layers][2][width]: becomes the state's shift after a run of many tokens. */
  readonly shiftNext: GPUBuffer;
  /** { tokens, 0 } of the run. */
  readonly run: GPUBuffer;
  /** { rows, first row } that go through the head. */
  readonly headRun: GPUBuffer;
  /** Writes the tokens' embeddings into x: the first steps of every plan. */
  readonly embed: readonly Step[];
  /** Steps for the logits of one row and of many; `logits`: [rows][vocabularySize]. */
  head(logits: GPUBuffer): Promise<{ readonly one: readonly Step[]; readonly many: readonly Step[] }>;
  destroy(): void;
}

export interface EndsParts {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly chunk: number;
  readonly shapes: UniformArena;
}

export async function createEnds(parts: EndsParts): Promise<Ends> {
  const { gpu, config, chunk } = parts;
  const f32 = (label: string, length: number): GPUBuffer => storageBuffer(gpu, label, 4 * length);
  const width = roundUp(config.width, 4);
  const buffers = {
    tokens: f32('tokens', chunk),
    x: f32('x', chunk * width),
    normed: f32('normed', Math.min(chunk, MOST_HEAD_ROWS) * width),
    shiftNext: f32('next shift', shiftLength(config)),
    run: uniformBuffer(gpu, 'run', 2),
    headRun: uniformBuffer(gpu, 'head run', 2),
  };
  const norm = await headNorm(parts, buffers);
  return {
    ...buffers,
    embed: await embedSteps(parts, buffers),
    head: async (logits) => {
      const one: Step[] = [norm];
      const many: Step[] = [norm];
      const product = {
        matrix: parts.weights.head,
        from: { buffer: buffers.normed, offset: 0, stride: config.width },
        to: { buffer: logits, offset: 0, stride: config.vocabularySize },
        vectors: parts.weights.vectors,
      };
      await addProduct(parts, product, { many, one, run: buffers.headRun });
      return { one, many };
    },
    destroy: () => {
      destroyBuffers(buffers);
    },
  };
}

type Buffers = Pick<Ends, 'tokens' | 'x' | 'normed' | 'run' | 'headRun'>;

async function embedSteps({ gpu, cache, config, weights, shapes }: EndsParts, buffers: Buffers): Promise<Step[]> {
  const { embedding, vectors } = weights;
  const { width } = config;
  const pipeline = await cache.get(embed, embedVariant(gpu.caps, embedding.format, config.hasEmbeddingNorm));
  return embedding.slices.map(({ weights: stored, scales, rowOffset, rows }) => ({
    pipeline: pipeline.pipeline,
    group: bind(gpu, pipeline, {
      ...{ weights: stored, scales, vectors },
      tokens: buffers.tokens,
      out: buffers.x,
      shape: shapes.add([width, width, embedding.paddedColumns / 4, rowOffset, rows]),
      run: buffers.run,
    }),
    grid: (tokens) => [tokens],
  }));
}

async function headNorm({ gpu, cache, config, weights, shapes }: EndsParts, buffers: Buffers): Promise<Step> {
  const pipeline = await cache.get(layerNorm, layerNormVariant(gpu.caps));
  const { width } = config;
  const group = bind(gpu, pipeline, {
    x: buffers.x,
    out: buffers.normed,
    vectors: weights.vectors,
    shape: shapes.add([width, width, 2 * width]),
    run: buffers.headRun,
  });
  return { pipeline: pipeline.pipeline, group, grid: (rows) => [rows] };
}
