/** The steps of the forward pass that CPU adapters take in kernels of their own. */
import { bind, foldGrid, type Bound, type Pipeline, type Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import { cpuMatrixPlan, cpuTimeMixPlan } from '../kernels/variants.ts';
import type { ModelConfig } from './config.ts';
import { vectorOffset } from './layout.ts';
import type { Product, ProductParts } from './product.ts';
import type { PlainScratch } from './scratch.ts';
import type { LayerWeights } from './weights.ts';

/** Steps of a product for many tokens and for one, one for each slice; undefined where the general kernels are to be used. */
export async function cpuProductSteps(
  { gpu, cache, shapes }: ProductParts,
  { matrix, from, to, epilogue = {}, vectors, biasOffset = 0 }: Product,
  run: GPUBuffer,
): Promise<{ many: Step[]; one: Step[] } | undefined> {
  const plan = cpuMatrixPlan(gpu.caps, matrix.format, epilogue);
  if (!plan) return undefined;
  const [matMat, matVec] = await Promise.all([
    cache.get(kernels.matMatCpu, plan.matMat),
    cache.get(kernels.matVecCpu, plan.matVec),
  ]);
  const many: Step[] = [];
  const one: Step[] = [];
  for (const slice of matrix.slices) {
    const columns4 = matrix.paddedColumns / 4;
    // Both kernels have the same bindings, so one bind group serves them.
    const group = bind(gpu, matMat, {
      weights: slice.weights,
      scales: slice.scales,
      x: from.buffer,
      out: to.buffer,
      vectors,
      shape: shapes.add([
        ...[slice.rows, columns4, slice.rowOffset, from.offset / 4, from.stride / 4],
        ...[to.offset, to.stride, biasOffset, ...plan.shapeTail],
      ]),
      run,
    });
    const rowGroups = Math.ceil(slice.rows / plan.rows);
    const grid: Step['grid'] = (tokens) => [rowGroups, Math.ceil(tokens / plan.tokens)];
    many.push({ pipeline: matMat.pipeline, group, grid });
    const oneGrid = foldGrid(Math.ceil(slice.rows / plan.rowsOfOne));
    one.push({ pipeline: matVec.pipeline, group, grid: () => oneGrid });
  }
  return { many, one };
}

/** The time mix between the products: before, the recurrence over the state's rows, and after. */
export interface CpuTimeMixSteps {
  readonly inputs: Step;
  readonly rows: {
    readonly pipeline: Pipeline<keyof RowsBound>;
    readonly grid: Step['grid'];
    bound(shift: GPUBuffer, wkv: GPUBuffer): RowsBound;
  };
  readonly outputs: Step;
}
type RowsBound = Readonly<Record<(typeof kernels.wkvRows)['bindings'][number]['name'], Bound>>;

/** The time mix of layer `index` in three steps without barriers; undefined where the general kernel is to be used. */
export async function cpuTimeMixSteps(
  { gpu, cache, shapes }: ProductParts,
  config: ModelConfig,
  { proj, vFirst, gated }: PlainScratch,
  run: GPUBuffer,
  maxChunk: number,
  { vectors }: LayerWeights,
  index: number,
): Promise<CpuTimeMixSteps | undefined> {
  const { heads, headSize, width } = config;
  const plan = cpuTimeMixPlan(gpu.caps, headSize, index === 0);
  if (!plan) return undefined;
  const [inputs, rows, outputs] = await Promise.all([
    cache.get(kernels.timeMixInputs, plan.inputs),
    cache.get(kernels.wkvRows, plan.rows),
    cache.get(kernels.timeMixOutputs, plan.outputs),
  ]);
  const shape = shapes.add([width, width, maxChunk * width, vectorOffset(config, 'att.k_k')]);
  const layerBytes = heads * headSize * headSize * 4;
  const ofHeads: Step['grid'] = (tokens) => [Math.ceil((tokens * heads) / plan.workgroup)];
  const inputGroup = bind(gpu, inputs, { proj, vFirst, vectors, shape, run });
  const outputGroup = bind(gpu, outputs, { proj, out: gated, vectors, shape, run });
  return {
    inputs: { pipeline: inputs.pipeline, group: inputGroup, grid: ofHeads },
    rows: {
      pipeline: rows,
      grid: () => [width / plan.workgroup],
      bound: (_shift, wkv) => ({
        proj,
        wkv: { buffer: wkv, offset: index * layerBytes, size: layerBytes },
        out: gated,
        shape,
        run,
      }),
    },
    outputs: { pipeline: outputs.pipeline, group: outputGroup, grid: ofHeads },
  };
}
