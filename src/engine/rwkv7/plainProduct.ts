/** Matrix products that any adapter runs: many tokens, or one. */
import { bind, foldGrid, type Step } from '../gpu/kernel.ts';
import * as kernels from '../kernels/kernels.ts';
import {
  MAT_MAT_GRID,
  MAT_VEC_WORKGROUP,
  matMatVariant,
  matVecRowVariant,
  matVecVariant,
} from '../kernels/variants.ts';
import { cpuProductSteps } from './cpuSteps.ts';
import type { Product, ProductParts } from './product.ts';

/** Adds a matrix product to two plans, for many tokens and for one: a step for each slice of the matrix. */
export async function addProduct(
  parts: ProductParts,
  product: Product,
  target: { readonly many: Step[]; readonly one: Step[]; readonly run: GPUBuffer },
): Promise<void> {
  const { gpu, cache, shapes } = parts;
  const onCpu = await cpuProductSteps(parts, product, target.run);
  if (onCpu) {
    target.many.push(...onCpu.many);
    target.one.push(...onCpu.one);
    return;
  }
  const { matrix, from, to, epilogue = {}, vectors, biasOffset = 0 } = product;
  const { caps } = gpu;
  // CPU adapters without subgroups run one invocation a row several times faster than a workgroup reduction.
  const one = caps.isCpu
    ? cache.get(kernels.matVecRow, matVecRowVariant(matrix.format, epilogue))
    : cache.get(kernels.matVec, matVecVariant(caps, matrix.format, epilogue));
  const [many, vec] = await Promise.all([cache.get(kernels.matMat, matMatVariant(matrix.format, epilogue)), one]);
  const rowsPerGroup = caps.isCpu ? MAT_VEC_WORKGROUP : 4;
  for (const slice of matrix.slices) {
    // The three matrix kernels have the same bindings, so one bind group serves them all.
    const group = bind(gpu, many, {
      weights: slice.weights,
      scales: slice.scales,
      x: from.buffer,
      out: to.buffer,
      vectors,
      shape: shapes.add([
        slice.rows,
        matrix.paddedColumns / 4,
        slice.rowOffset,
        from.offset / 4,
        from.stride / 4,
        to.offset,
        to.stride,
        biasOffset,
      ]),
      run: target.run,
    });
    const tile = 4;
    const rowGroups = Math.ceil(slice.rows / (tile * MAT_MAT_GRID.rows));
    target.many.push({
      pipeline: many.pipeline,
      group,
      grid: (tokens) => [rowGroups, Math.ceil(tokens / (tile * MAT_MAT_GRID.tokens))],
    });
    const vecGroups = foldGrid(Math.ceil(slice.rows / rowsPerGroup));
    target.one.push({ pipeline: vec.pipeline, group, grid: () => vecGroups });
  }
}
