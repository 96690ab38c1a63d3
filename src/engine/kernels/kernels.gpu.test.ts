/** Every kernel against the reference, over odd sizes, one token and chunk borders, with and without subgroups. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  download,
  openTestGpu,
  poisoned,
  randomNumbers,
  relativeError,
  SUBGROUP_CHOICES,
  uniform,
  upload,
  dispatch as dispatchOn,
} from '../../../test/support/gpu.ts';
import { randomDeviceMatrix } from '../../../test/support/deviceMatrix.ts';
import { PipelineCache, foldGrid, type Bound, type Kernel } from '../gpu/kernel.ts';
import { roundUp } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import type { Variant } from '../gpu/shader.ts';
import {
  add,
  apply,
  bonus,
  decay,
  groupNorm,
  headOf,
  layerNorm,
  lerp,
  matVec,
  multiply,
  normaliseHeads,
  reluSquared,
  sigmoid,
  tanh,
  tokenShift,
  wkvStep,
} from '../reference/ops.ts';
import * as kernels from './kernels.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';
import * as variants from './variants.ts';

const FORMATS = Object.keys(WEIGHT_LAYOUTS) as WeightFormat[];
type Vector = Float32Array<ArrayBuffer>;
const ACTIVATIONS = { none: (x: number) => x, tanh, sigmoid, reluSquared };
/** f32 sums in another order than the reference's doubles. */
const TOLERANCE = 2e-5;

describe.each(SUBGROUP_CHOICES)('kernels, $noSubgroups', (options) => {
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    gpu = await openTestGpu(options);
    cache = new PipelineCache(gpu, readShaderSources());
  });

  const dispatch = <B extends string>(
    kernel: Kernel<B>,
    variant: Variant,
    bound: Readonly<Record<B, Bound>>,
    grid: readonly [number, number?],
  ): Promise<void> => dispatchOn(gpu, cache, kernel, variant, bound, grid);

  /** A random matrix: its values, and its buffers. */
  function randomMatrix(format: WeightFormat, rows: number, columns: number, seed: number) {
    const { values, weights, scales } = randomDeviceMatrix(format, rows, columns, seed);
    return { values, weights: upload(gpu, weights), scales: upload(gpu, scales) };
  }

  const EPILOGUES: variants.Epilogue[] = [
    {},
    { activation: 'tanh' },
    { bias: true, activation: 'sigmoid' },
    { activation: 'reluSquared' },
    { adds: true },
    { bias: true },
  ];
  const SHAPES = [
    { rows: 259, columns: 64 },
    { rows: 1, columns: 32 },
    { rows: 130, columns: 96 },
    { rows: 65, columns: 256 },
    { rows: 48, columns: 21 },
    { rows: 7, columns: 5 },
  ];
  const CASES = FORMATS.flatMap((format) =>
    SHAPES.filter(({ columns }) => columns % WEIGHT_LAYOUTS[format].multiple === 0).flatMap((shape) =>
      (['mat_vec', 'mat_vec_row', 'mat_mat', 'mat_vec_cpu', 'mat_mat_cpu'] as const).flatMap((kernel) =>
        (kernel.startsWith('mat_mat') ? [1, 3, 33] : [1]).map((tokens, i) => ({
          format,
          ...shape,
          kernel,
          tokens,
          epilogue: EPILOGUES[(shape.rows + i) % EPILOGUES.length] ?? {},
        })),
      ),
    ),
  );

  test.each(CASES)(
    '$kernel $format [$rows][$columns] × $tokens $epilogue',
    async ({ format, rows, columns, kernel, tokens, epilogue }) => {
      const { values, weights, scales } = randomMatrix(format, rows, columns, rows + columns);
      const stride = roundUp(columns, 4);
      const x = new Float32Array(2 * tokens * stride); // the second slot is used
      const vectorsData = randomNumbers(5, rows + 3);
      const before = randomNumbers(6, tokens * rows);
      const expected = new Float32Array(tokens * rows);
      for (let t = 0; t < tokens; t++) {
        const row = randomNumbers(100 + t, columns);
        x.set(row, (tokens + t) * stride);
        let product = matVec(values, row);
        if (epilogue.bias) product = add(product, vectorsData.slice(3));
        product = apply(ACTIVATIONS[epilogue.activation ?? 'none'], product);
        if (epilogue.adds) product = add(product, before.slice(t * rows));
        expected.set(product, t * rows);
      }
      const out = epilogue.adds ? upload(gpu, before) : poisoned(gpu, tokens * rows);
      // The kernels for CPU adapters are right wherever there are quads; which adapters get them is the plan's business.
      const cpuPlan = variants.cpuMatrixPlan({ ...gpu.caps, isCpu: true }, format, epilogue);
      const bound = {
        weights,
        scales,
        x: upload(gpu, x),
        out,
        vectors: upload(gpu, vectorsData),
        shape: uniform(gpu, [
          rows,
          stride / 4,
          0,
          (tokens * stride) / 4,
          stride / 4,
          0,
          rows,
          3,
          ...(cpuPlan?.shapeTail ?? []),
        ]),
        run: uniform(gpu, [tokens, 0]),
      };
      if (kernel.endsWith('_cpu')) {
        if (!cpuPlan) return; // no subgroups
        const rowGroups = Math.ceil(rows / cpuPlan.rows);
        if (kernel === 'mat_mat_cpu')
          await dispatch(kernels.matMatCpu, cpuPlan.matMat, bound, [rowGroups, Math.ceil(tokens / cpuPlan.tokens)]);
        else await dispatch(kernels.matVecCpu, cpuPlan.matVec, bound, foldGrid(Math.ceil(rows / cpuPlan.rowsOfOne)));
      } else if (kernel === 'mat_mat') {
        const { rows: r, tokens: t } = variants.MAT_MAT_GRID;
        await dispatch(kernels.matMat, variants.matMatVariant(format, epilogue), bound, [
          Math.ceil(rows / (4 * r)),
          Math.ceil(tokens / (4 * t)),
        ]);
      } else if (kernel === 'mat_vec')
        await dispatch(
          kernels.matVec,
          variants.matVecVariant(gpu.caps, format, epilogue),
          bound,
          foldGrid(Math.ceil(rows / 4)),
        );
      else
        await dispatch(
          kernels.matVecRow,
          variants.matVecRowVariant(format, epilogue),
          bound,
          foldGrid(Math.ceil(rows / variants.MAT_VEC_WORKGROUP)),
        );
      expect(relativeError(await download(gpu, out, tokens * rows), expected)).toBeLessThan(TOLERANCE);
    },
  );

  test('a matrix split into slices gives the same rows', async () => {
    const [rows, columns, cut] = [50, 32, 33];
    const { values } = randomMatrix('f32', rows, columns, 3);
    const x = randomNumbers(4, columns);
    const out = poisoned(gpu, rows);
    const [vectors, run, scales, xBuffer] = [
      upload(gpu, new Float32Array(4)),
      uniform(gpu, [1, 0]),
      upload(gpu, new Float32Array(4)),
      upload(gpu, x),
    ];
    for (const [from, to] of [
      [0, cut],
      [cut, rows],
    ] as const) {
      const weights = upload(gpu, values.slice(from * columns, to * columns));
      const shape = uniform(gpu, [to - from, columns / 4, from, 0, columns / 4, 0, rows, 0]);
      await dispatch(
        kernels.matVec,
        variants.matVecVariant(gpu.caps, 'f32', {}),
        { weights, scales, x: xBuffer, out, vectors, shape, run },
        [Math.ceil((to - from) / 4)],
      );
    }
    expect(relativeError(await download(gpu, out, rows), matVec(values, x))).toBeLessThan(TOLERANCE);
  });

  test.each([
    { width: 48, tokens: 1 },
    { width: 384, tokens: 5 },
    { width: 64, tokens: 33 },
  ])('layer_norm_mix, width $width × $tokens', async ({ width, tokens }) => {
    for (const mixes of [1, 6] as const) {
      const x = randomNumbers(1, tokens * width, 3);
      const vectors = randomNumbers(2, (2 + mixes) * width);
      const shift = randomNumbers(3, 3 * width);
      const out = poisoned(gpu, mixes * tokens * width);
      const shiftNext = poisoned(gpu, 3 * width);
      await dispatch(
        kernels.layerNormMix,
        variants.layerNormMixVariant(gpu.caps, mixes),
        {
          x: upload(gpu, x),
          out,
          vectors: upload(gpu, vectors),
          shift: upload(gpu, shift),
          shiftNext,
          shape: uniform(gpu, [width, width, tokens * width, 0, 2 * width, width]),
          run: uniform(gpu, [tokens, 0]),
        },
        [tokens],
      );
      const expected = new Float32Array(mixes * tokens * width);
      let previous = shift.slice(width, 2 * width);
      for (let t = 0; t < tokens; t++) {
        const h = layerNorm(
          x.slice(t * width, (t + 1) * width),
          vectors.slice(0, width),
          vectors.slice(width, 2 * width),
        );
        for (let m = 0; m < mixes; m++)
          expected.set(
            tokenShift(h, previous, vectors.slice((2 + m) * width, (3 + m) * width)),
            (m * tokens + t) * width,
          );
        previous = h;
      }
      expect(relativeError(await download(gpu, out, mixes * tokens * width), expected)).toBeLessThan(TOLERANCE);
      expect(relativeError((await download(gpu, shiftNext, 3 * width)).slice(width, 2 * width), previous)).toBeLessThan(
        TOLERANCE,
      );
    }
  });

  test('layer_norm starts at the row it is told', async () => {
    const [width, tokens, first] = [80, 6, 4];
    const x = randomNumbers(1, tokens * width, 2);
    const vectors = randomNumbers(2, 2 * width);
    const out = poisoned(gpu, 2 * width);
    const bound = {
      x: upload(gpu, x),
      out,
      vectors: upload(gpu, vectors),
      shape: uniform(gpu, [width, width, 0]),
      run: uniform(gpu, [2, first]),
    };
    await dispatch(kernels.layerNorm, variants.layerNormVariant(gpu.caps), bound, [2]);
    const expected = new Float32Array(2 * width);
    for (const i of [0, 1])
      expected.set(
        layerNorm(x.slice((first + i) * width, (first + i + 1) * width), vectors.slice(0, width), vectors.slice(width)),
        i * width,
      );
    expect(relativeError(await download(gpu, out, 2 * width), expected)).toBeLessThan(TOLERANCE);
  });

  test.each(['f32', 'f16', 'q8_0'] as const)('embed from two slices, %s', async (format) => {
    const [rows, width, cut] = [40, 64, 23];
    const ids = [0, 39, 22, 23, 24, 7];
    const vectors = randomNumbers(9, 2 * width);
    const slices = [randomMatrix(format, cut, width, 1), randomMatrix(format, rows - cut, width, 2)];
    const table = new Float32Array(rows * width);
    table.set(slices[0]?.values ?? []);
    table.set(slices[1]?.values ?? [], cut * width);
    for (const hasNorm of [true, false]) {
      const out = poisoned(gpu, ids.length * width);
      for (const [i, slice] of slices.entries())
        await dispatch(
          kernels.embed,
          variants.embedVariant(gpu.caps, format, hasNorm),
          {
            weights: slice.weights,
            scales: slice.scales,
            tokens: upload(gpu, Uint32Array.from(ids)),
            out,
            vectors: upload(gpu, vectors),
            shape: uniform(gpu, [width, width, width / 4, i === 0 ? 0 : cut, i === 0 ? cut : rows - cut]),
            run: uniform(gpu, [ids.length, 0]),
          },
          [ids.length],
        );
      const expected = new Float32Array(ids.length * width);
      ids.forEach((id, t) => {
        const row = table.slice(id * width, (id + 1) * width);
        expected.set(hasNorm ? layerNorm(row, vectors.slice(0, width), vectors.slice(width)) : row, t * width);
      });
      expect(relativeError(await download(gpu, out, ids.length * width), expected)).toBeLessThan(TOLERANCE);
    }
  });

  test.each([
    { headSize: 64, heads: 3, tokens: 1 },
    { headSize: 64, heads: 2, tokens: 19 },
    { headSize: 16, heads: 5, tokens: 7 },
    { headSize: 32, heads: 1, tokens: 4 },
    { headSize: 64, heads: 3, tokens: 1, steps: 3 },
    { headSize: 64, heads: 2, tokens: 19, steps: 3 },
  ])('time_mix, $heads heads of $headSize × $tokens', async ({ headSize, heads, tokens, steps }) => {
    const width = heads * headSize;
    for (const firstLayer of [true, false]) {
      const slots = Array.from({ length: 7 }, (_, i) => randomNumbers(10 + i, tokens * width, i === 3 ? 6 : 1));
      for (const i of [4, 5]) slots[i] = apply(sigmoid, slots[i] ?? new Float32Array());
      const [r, k, v, logit, a, valueMix, gate] = slots as [Vector, Vector, Vector, Vector, Vector, Vector, Vector];
      const vectors = randomNumbers(30, 5 * width);
      const vector = (i: number): Vector => vectors.slice(i * width, (i + 1) * width);
      const vFirst = randomNumbers(31, tokens * width);
      const state = randomNumbers(32, heads * headSize * headSize);
      const proj = new Float32Array(7 * tokens * width);
      slots.forEach((slot, i) => {
        proj.set(slot, i * tokens * width);
      });
      const [wkvBuffer, vFirstBuffer, out] = [upload(gpu, state), upload(gpu, vFirst), poisoned(gpu, tokens * width)];
      const bound = {
        proj: upload(gpu, proj),
        vFirst: vFirstBuffer,
        wkv: wkvBuffer,
        out,
        vectors: upload(gpu, vectors),
        shape: uniform(gpu, [width, width, tokens * width, 0]),
        run: uniform(gpu, [tokens, 0]),
      };
      if (steps === 3) {
        const plan = variants.cpuTimeMixPlan({ ...gpu.caps, isCpu: true }, headSize, firstLayer);
        if (!plan) return; // no subgroups
        const ofHeads = [Math.ceil((tokens * heads) / plan.workgroup)] as const;
        await dispatch(kernels.timeMixInputs, plan.inputs, bound, ofHeads);
        await dispatch(kernels.wkvRows, plan.rows, bound, [width / plan.workgroup]);
        await dispatch(kernels.timeMixOutputs, plan.outputs, bound, ofHeads);
      } else await dispatch(kernels.timeMix, variants.timeMixVariant(gpu.caps, headSize, firstLayer), bound, [heads]);
      const expected = new Float32Array(tokens * width);
      for (let t = 0; t < tokens; t++) {
        const row = (x: Vector): Vector => x.slice(t * width, (t + 1) * width);
        const value = firstLayer ? row(v) : lerp(row(v), row(vFirst), row(valueMix));
        const removal = normaliseHeads(multiply(row(k), vector(0)), heads);
        const key = multiply(
          row(k),
          row(a).map((rate, i) => 1 + (rate - 1) * (vector(1)[i] ?? Number.NaN)),
        );
        const y = new Float32Array(width);
        const extra = new Float32Array(width);
        for (let head = 0; head < heads; head++) {
          const own = (x: Vector): Vector => headOf(x, head, headSize);
          const matrix = state.subarray(head * headSize ** 2, (head + 1) * headSize ** 2);
          y.set(
            wkvStep(matrix, {
              r: own(row(r)),
              w: apply(decay, own(row(logit))),
              k: own(key),
              v: own(value),
              removal: own(removal),
              rate: own(row(a)),
            }),
            head * headSize,
          );
          extra.set(bonus(own(row(r)), own(key), own(vector(2)), own(value)), head * headSize);
        }
        expected.set(multiply(add(groupNorm(y, heads, vector(3), vector(4)), extra), row(gate)), t * width);
      }
      expect(relativeError(await download(gpu, out, tokens * width), expected)).toBeLessThan(TOLERANCE);
      expect(relativeError(await download(gpu, wkvBuffer, state.length), state)).toBeLessThan(TOLERANCE);
      if (firstLayer) expect(await download(gpu, vFirstBuffer, tokens * width)).toEqual(v);
    }
  });
});
