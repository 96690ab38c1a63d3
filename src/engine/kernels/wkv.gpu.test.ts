/** The WKV's kernels against the reference: tunings, head sizes, cuts, many sequences, with and without subgroups. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  download,
  openTestGpu,
  poisoned,
  randomNumbers,
  relativeError,
  uniform,
  upload,
} from '../../../test/support/gpu.ts';
import { referenceWkv, type WkvCase } from '../../../test/support/wkv.ts';
import type { Gpu } from '../gpu/device.ts';
import { PipelineCache, bind, type Bound, type Kernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { apply, sigmoid } from '../reference/ops.ts';
import * as wkv from './wkv.ts';

type Vector = Float32Array<ArrayBuffer>;
/** f32 sums in another order than the reference's doubles. */
const TOLERANCE = 2e-5;
/** The rounding to f16 alone: 2^-11. */
const F16_TOLERANCE = 5e-4;

/** Tunings that differ in one thing each; the smallest subgroup anywhere has 4 lanes. */
const SCANS: readonly wkv.ScanTuning[] = [
  { path: 'direct', split: 4, step: 1, workgroup: 32, rows: 1, depth: 2 },
  { path: 'direct', split: 4, step: 1, workgroup: 64, rows: 1, depth: 1 },
  { path: 'direct', split: 4, step: 1, workgroup: 32, rows: 2, depth: 4 },
  { path: 'direct', split: 2, step: 2, workgroup: 32, rows: 1, depth: 2 },
  { path: 'direct', split: 4, step: 1, workgroup: 16, rows: 4, depth: 2 },
  { path: 'direct', split: 8, step: 1, workgroup: 64, rows: 1, depth: 4 },
  { path: 'direct', split: 8, step: 4, workgroup: 32, rows: 2, depth: 2 },
  { path: 'direct', split: 16, step: 2, workgroup: 128, rows: 2, depth: 4 },
  { path: 'staged', subgroups: true, split: 4, step: 1, workgroup: 64, block: 4 },
  { path: 'staged', subgroups: true, split: 8, step: 4, workgroup: 128, block: 2 },
  { path: 'staged', subgroups: false, split: 1, step: 1, workgroup: 16, block: 3 },
];
const title = (tuning: wkv.ScanTuning): string => Object.values(tuning).join(' ');

function randomCase(heads: number, headSize: number, tokens: number, firstLayer: boolean): WkvCase {
  const width = heads * headSize;
  const proj = new Float32Array(7 * tokens * width);
  for (let i = 0; i < 7; i++) {
    const slot = randomNumbers(10 + i, tokens * width, i === 3 ? 6 : 1);
    proj.set(i === 4 || i === 5 ? apply(sigmoid, slot) : slot, i * tokens * width);
  }
  return {
    heads,
    headSize,
    tokens,
    firstLayer,
    proj,
    vectors: randomNumbers(30, 5 * width),
    vFirst: randomNumbers(31, tokens * width),
    state: randomNumbers(32, heads * headSize * headSize),
  };
}

describe.each([{ noSubgroups: false }, { noSubgroups: true }])('WKV, $noSubgroups', (options) => {
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    gpu = await openTestGpu(options);
    cache = new PipelineCache(gpu, readShaderSources());
  });

  async function dispatch<B extends string>(
    kernel: Kernel<B>,
    variant: Variant,
    bound: Readonly<Record<B, Bound>>,
    grid: readonly [number, number?, number?],
  ): Promise<void> {
    const pipeline = await cache.get(kernel, variant);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, bind(gpu, pipeline, bound));
    pass.dispatchWorkgroups(...grid);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
    gpu.check();
  }

  const supports = (tuning: wkv.ScanTuning, headSize: number): boolean => {
    const { split, step, workgroup } = tuning;
    const rows = tuning.path === 'direct' ? tuning.rows : 1;
    const groupRows = (workgroup * rows) / split;
    const needsSubgroups = tuning.path === 'direct' || tuning.subgroups;
    if (needsSubgroups ? (gpu.caps.subgroups?.min ?? 0) < split * step : false) return false;
    if (tuning.path === 'direct' && !wkv.COLUMN_QUADS.includes(headSize / 4 / split)) return false;
    return headSize % groupRows === 0 && headSize / 4 >= split;
  };

  const places = (given: WkvCase): wkv.WkvPlaces => {
    const width = given.heads * given.headSize;
    return {
      heads: given.heads,
      stride: width,
      slotStride: given.tokens * width,
      vectorsOffset: 0,
      outStride: width,
      stateOffset: 0,
      stateStride: width * given.headSize,
    };
  };

  const items = (headSize: number): wkv.ItemTuning[] => {
    const most = gpu.caps.subgroups?.min ?? 1;
    return [
      ...(most >= 4 ? [{ subgroups: true, split: Math.min(headSize / 4, most, 16), workgroup: 32 }] : []),
      { subgroups: false, split: 4, workgroup: 16 },
      { subgroups: false, split: 1, workgroup: 32 },
    ];
  };

  const CASES = [
    { headSize: 64, heads: 3, tokens: 1, firstLayer: true },
    { headSize: 64, heads: 2, tokens: 7, firstLayer: false },
    { headSize: 16, heads: 5, tokens: 5, firstLayer: false },
    { headSize: 32, heads: 1, tokens: 4, firstLayer: true },
    { headSize: 128, heads: 1, tokens: 3, firstLayer: false },
  ];

  test.each(CASES)('prepare, $heads heads of $headSize × $tokens, $firstLayer', async (size) => {
    const given = randomCase(size.heads, size.headSize, size.tokens, size.firstLayer);
    const width = size.heads * size.headSize;
    const expected = referenceWkv(given);
    for (const tuning of items(size.headSize)) {
      const bound = {
        proj: upload(gpu, given.proj),
        vFirst: upload(gpu, given.vFirst),
        bonus: poisoned(gpu, size.tokens * size.heads),
        vectors: upload(gpu, given.vectors),
        shape: uniform(gpu, wkv.wkvShape(places(given))),
        run: uniform(gpu, [size.tokens, 0]),
      };
      await dispatch(
        wkv.wkvPrepare,
        wkv.wkvPrepareVariant(tuning, size.headSize, size.firstLayer),
        bound,
        wkv.wkvItemsGrid(tuning, size.heads)(size.tokens),
      );
      const prepared = await download(gpu, bound.proj, given.proj.length);
      for (let i = 0; i < 7; i++) {
        const slot = (x: Vector): Vector => x.subarray(i * size.tokens * width, (i + 1) * size.tokens * width);
        expect(relativeError(slot(prepared), slot(expected.prepared))).toBeLessThan(TOLERANCE);
      }
      expect(relativeError(await download(gpu, bound.bonus, expected.bonus.length), expected.bonus)).toBeLessThan(
        TOLERANCE,
      );
      const v = given.proj.slice(2 * size.tokens * width, 3 * size.tokens * width);
      expect(await download(gpu, bound.vFirst, v.length)).toEqual(size.firstLayer ? v : given.vFirst);
    }
  });

  test.each(CASES)('finish, $heads heads of $headSize × $tokens', async (size) => {
    const given = randomCase(size.heads, size.headSize, size.tokens, size.firstLayer);
    const expected = referenceWkv(given);
    const length = expected.out.length;
    for (const tuning of items(size.headSize))
      for (const output of ['f32', 'f16'] as const) {
        const out = poisoned(gpu, length);
        await dispatch(
          wkv.wkvFinish,
          wkv.wkvFinishVariant(tuning, size.headSize, output),
          {
            y: upload(gpu, expected.y),
            out,
            proj: upload(gpu, expected.prepared),
            bonus: upload(gpu, expected.bonus),
            vectors: upload(gpu, given.vectors),
            shape: uniform(gpu, wkv.wkvShape(places(given))),
            run: uniform(gpu, [size.tokens, 0]),
          },
          wkv.wkvItemsGrid(tuning, size.heads)(size.tokens),
        );
        const words = await download(gpu, out, output === 'f32' ? length : length / 2);
        const values = output === 'f32' ? words : Float32Array.from(new Float16Array(words.buffer));
        expect(relativeError(values, expected.out)).toBeLessThan(output === 'f32' ? TOLERANCE : F16_TOLERANCE);
      }
  });

  const TUNED = SCANS.flatMap((tuning) => CASES.map((size) => ({ title: title(tuning), tuning, ...size })));

  test.each(TUNED)('scan $title, $heads heads of $headSize × $tokens, cut anywhere', async (size) => {
    const { tuning, heads, headSize, tokens } = size;
    if (!supports(tuning, headSize)) return;
    const given = randomCase(heads, headSize, tokens, true);
    const width = heads * headSize;
    const expected = referenceWkv(given);
    const proj = upload(gpu, expected.prepared);
    const shape = uniform(gpu, wkv.wkvShape(places(given)));
    const results: Vector[] = [];
    for (let cut = 0; cut < tokens; cut++) {
      const [state, y] = [upload(gpu, given.state), poisoned(gpu, tokens * width)];
      for (const [from, to] of [
        [0, cut],
        [cut, tokens],
      ] as const)
        if (from < to)
          await dispatch(
            wkv.scanKernel(tuning),
            wkv.wkvScanVariant(tuning, headSize, false),
            {
              // The rows of the second part, as if they lay at the beginning.
              proj: from === 0 ? proj : upload(gpu, expected.prepared.slice(from * width)),
              wkv: state,
              y: from === 0 ? y : poisoned(gpu, tokens * width),
              shape,
              run: uniform(gpu, [to - from, 0]),
            },
            wkv.wkvScanGrid(tuning, heads, headSize, false)(to - from),
          );
      results.push(await download(gpu, state, given.state.length));
      if (cut === 0) {
        expect(relativeError(await download(gpu, y, expected.y.length), expected.y)).toBeLessThan(TOLERANCE);
        expect(relativeError(results[0] ?? new Float32Array(1), expected.state)).toBeLessThan(TOLERANCE);
      }
    }
    for (const result of results)
      expect(new Uint32Array(result.buffer)).toEqual(new Uint32Array(results[0]?.buffer ?? []));
  });
});
