/** The WKV's kernels against the reference: tunings, head sizes, cuts, many sequences, with and without subgroups. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  dispatch,
  download,
  openTestGpu,
  poisoned,
  randomNumbers,
  relativeError,
  uniform,
  upload,
} from '../../../test/support/gpu.ts';
import { referenceWkv, type WkvCase, type WkvResult } from '../../../test/support/wkv.ts';
import type { Gpu } from '../gpu/device.ts';
import { PipelineCache } from '../gpu/kernel.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { apply, sigmoid } from '../reference/ops.ts';
import { wkvTuning } from './variants.ts';
import * as wkv from './wkv.ts';

type Vector = Float32Array<ArrayBuffer>;
/** f32 sums in another order than the reference's doubles. */
const TOLERANCE = 2e-5;
/** The rounding to f16 alone: 2^-11. */
const F16_TOLERANCE = 5e-4;

interface Size {
  readonly heads: number;
  readonly headSize: number;
  readonly tokens: number;
  readonly firstLayer: boolean;
}
const SIZES: readonly Size[] = [
  { headSize: 64, heads: 3, tokens: 1, firstLayer: true },
  { headSize: 64, heads: 2, tokens: 7, firstLayer: false },
  { headSize: 16, heads: 5, tokens: 5, firstLayer: false },
  { headSize: 32, heads: 1, tokens: 4, firstLayer: true },
  { headSize: 128, heads: 1, tokens: 3, firstLayer: false },
];

/** Other tunings than the adapter's own, each with a head size for which it compiles fast. */
const TUNINGS: readonly { readonly headSize: number; readonly tuning: wkv.ScanTuning }[] = [
  { headSize: 16, tuning: { path: 'direct', split: 4, step: 1, workgroup: 32, rows: 2, depth: 4 } },
  { headSize: 16, tuning: { path: 'direct', split: 2, step: 2, workgroup: 32, rows: 1, depth: 2 } },
  { headSize: 32, tuning: { path: 'direct', split: 4, step: 1, workgroup: 16, rows: 4, depth: 2 } },
  { headSize: 32, tuning: { path: 'direct', split: 8, step: 1, workgroup: 64, rows: 1, depth: 4 } },
  { headSize: 64, tuning: { path: 'direct', split: 8, step: 4, workgroup: 32, rows: 2, depth: 2 } },
  { headSize: 64, tuning: { path: 'direct', split: 16, step: 2, workgroup: 128, rows: 2, depth: 4 } },
  { headSize: 64, tuning: { path: 'shared', split: 4, step: 1, workgroup: 64, block: 4 } },
  { headSize: 32, tuning: { path: 'shared', split: 4, step: 2, workgroup: 32, block: 3 } },
  { headSize: 64, tuning: { path: 'shared', split: 16, step: 1, workgroup: 64, block: 8 } },
  { headSize: 32, tuning: { path: 'staged', subgroups: true, split: 4, step: 1, workgroup: 64, block: 4 } },
  { headSize: 64, tuning: { path: 'staged', subgroups: true, split: 8, step: 4, workgroup: 128, block: 2 } },
  { headSize: 16, tuning: { path: 'staged', subgroups: false, split: 1, step: 1, workgroup: 16, block: 3 } },
];

function randomCase({ heads, headSize, tokens, firstLayer }: Size): WkvCase {
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

function places({ heads, headSize, tokens }: Size, stateOffset = 0, stateStride = 0): number[] {
  const width = heads * headSize;
  const strides = { stride: width, slotStride: tokens * width, outStride: width };
  return wkv.wkvShape({ heads, ...strides, vectorsOffset: 0, stateOffset, stateStride });
}

/** Some rows [from, to) of each of the seven slots. */
function rowsOf(proj: Vector, { heads, headSize, tokens }: Size, from: number, to: number): Vector {
  const width = heads * headSize;
  const rows = new Float32Array(7 * (to - from) * width);
  for (let i = 0; i < 7; i++)
    rows.set(proj.subarray((i * tokens + from) * width, (i * tokens + to) * width), i * (to - from) * width);
  return rows;
}

const bits = (x: Vector): Uint32Array => new Uint32Array(x.buffer, x.byteOffset, x.length);

describe.each([{ noSubgroups: false }, { noSubgroups: true }])('WKV, $noSubgroups', (options) => {
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    gpu = await openTestGpu(options);
    cache = new PipelineCache(gpu, readShaderSources());
  });

  const tuningOf = (headSize: number): NonNullable<ReturnType<typeof wkvTuning>> => {
    const tuning = wkvTuning(gpu.caps, headSize);
    if (!tuning) throw new Error(`no tuning for heads of ${headSize}`);
    return tuning;
  };

  /** The adapter's own way, and another split through workgroup memory. */
  const items = (headSize: number): wkv.ItemTuning[] => [
    tuningOf(headSize).items,
    { subgroups: false, split: headSize / 8, workgroup: 32 },
  ];

  test.each(SIZES)('prepare, $heads heads of $headSize × $tokens, $firstLayer', async (size) => {
    const { heads, headSize, tokens, firstLayer } = size;
    const given = randomCase(size);
    const length = tokens * heads * headSize;
    const expected = referenceWkv(given);
    for (const tuning of items(headSize)) {
      const bound = {
        proj: upload(gpu, given.proj),
        vFirst: upload(gpu, given.vFirst),
        bonus: poisoned(gpu, tokens * heads),
        vectors: upload(gpu, given.vectors),
        shape: uniform(gpu, places(size)),
        run: uniform(gpu, [tokens, 0]),
      };
      const variant = wkv.wkvPrepareVariant(tuning, headSize, firstLayer);
      await dispatch(gpu, cache, wkv.wkvPrepare, variant, bound, wkv.wkvItemsGrid(tuning, heads)(tokens));
      const prepared = await download(gpu, bound.proj, given.proj.length);
      for (let i = 0; i < 7; i++) {
        const slot = (x: Vector): Vector => x.subarray(i * length, (i + 1) * length);
        expect(relativeError(slot(prepared), slot(expected.prepared))).toBeLessThan(TOLERANCE);
      }
      const bonus = await download(gpu, bound.bonus, tokens * heads);
      expect(relativeError(bonus, expected.bonus)).toBeLessThan(TOLERANCE);
      const vFirst = firstLayer ? given.proj.slice(2 * length, 3 * length) : given.vFirst;
      expect(await download(gpu, bound.vFirst, length)).toEqual(vFirst);
    }
  });

  test.each(SIZES)('finish, $heads heads of $headSize × $tokens', async (size) => {
    const { heads, headSize, tokens } = size;
    const given = randomCase(size);
    const expected = referenceWkv(given);
    const length = expected.out.length;
    for (const tuning of items(headSize))
      for (const output of ['f32', 'f16'] as const) {
        const out = poisoned(gpu, length);
        const bound = {
          y: upload(gpu, expected.y),
          out,
          proj: upload(gpu, expected.prepared),
          bonus: upload(gpu, expected.bonus),
          vectors: upload(gpu, given.vectors),
          shape: uniform(gpu, places(size)),
          run: uniform(gpu, [tokens, 0]),
        };
        const variant = wkv.wkvFinishVariant(tuning, headSize, output);
        await dispatch(gpu, cache, wkv.wkvFinish, variant, bound, wkv.wkvItemsGrid(tuning, heads)(tokens));
        const words = await download(gpu, out, output === 'f32' ? length : length / 2);
        const values = output === 'f32' ? words : Float32Array.from(new Float16Array(words.buffer));
        expect(relativeError(values, expected.out)).toBeLessThan(output === 'f32' ? TOLERANCE : F16_TOLERANCE);
      }
  });

  /** Scans tokens [from, to) of a case; returns their y. `state` is advanced. */
  async function scan(
    tuning: wkv.ScanTuning,
    size: Size,
    { prepared }: WkvResult,
    state: GPUBuffer,
    [from, to]: readonly [number, number],
  ): Promise<Vector> {
    const { heads, headSize } = size;
    const part = { ...size, tokens: to - from };
    const y = poisoned(gpu, part.tokens * heads * headSize);
    const bound = {
      proj: upload(gpu, rowsOf(prepared, size, from, to)),
      wkv: state,
      y,
      shape: uniform(gpu, places(part)),
      run: uniform(gpu, [part.tokens, 0]),
    };
    const variant = wkv.wkvScanVariant(tuning, headSize, false);
    const grid = wkv.wkvScanGrid(tuning, heads, headSize, false)(part.tokens);
    await dispatch(gpu, cache, wkv.scanKernel(tuning), variant, bound, grid);
    return download(gpu, y, part.tokens * heads * headSize);
  }

  async function checkScan(tuning: wkv.ScanTuning, size: Size): Promise<void> {
    const { heads, headSize, tokens } = size;
    const given = randomCase(size);
    const expected = referenceWkv(given);
    const width = heads * headSize;
    let whole: readonly [Vector, Vector] | undefined;
    for (let cut = 0; cut < tokens; cut++) {
      const state = upload(gpu, given.state);
      const y = new Float32Array(tokens * width);
      if (cut > 0) y.set(await scan(tuning, size, expected, state, [0, cut]));
      y.set(await scan(tuning, size, expected, state, [cut, tokens]), cut * width);
      const after = await download(gpu, state, given.state.length);
      whole ??= [y, after];
      expect(bits(y)).toEqual(bits(whole[0]));
      expect(bits(after)).toEqual(bits(whole[1]));
    }
    expect(relativeError(whole?.[0] ?? new Float32Array(), expected.y)).toBeLessThan(TOLERANCE);
    expect(relativeError(whole?.[1] ?? new Float32Array(), expected.state)).toBeLessThan(TOLERANCE);
  }

  test.each(SIZES)('scan, $heads heads of $headSize × $tokens, cut anywhere', async (size) => {
    await checkScan(tuningOf(size.headSize).scan, size);
  });

  test.each(TUNINGS)('scan $tuning, heads of $headSize, cut anywhere', async ({ tuning, headSize }) => {
    // What the adapter's subgroups cannot run is for adapters with larger ones.
    const needed = tuning.path !== 'staged' || tuning.subgroups ? tuning.split * tuning.step : 0;
    if (needed <= (gpu.caps.subgroups?.min ?? 0))
      await checkScan(tuning, { headSize, heads: 2, tokens: 6, firstLayer: true });
  });

  test.each([16, 64].map((headSize) => ({ headSize })))(
    'scan, a token of each of 3 sequences, heads of $headSize',
    async ({ headSize }) => {
      const size = { headSize, heads: 2, tokens: 3, firstLayer: true };
      const given = randomCase(size);
      const width = 2 * headSize;
      const layer = width * headSize;
      const before = randomNumbers(40, 3 * 2 * layer); // [sequences][2 layers][..]: the second layer is run
      const { prepared } = referenceWkv(given);
      const tuning = wkv.oneTokenScan(tuningOf(headSize).scan);
      const [state, y] = [upload(gpu, before), poisoned(gpu, 3 * width)];
      const bound = {
        proj: upload(gpu, prepared),
        wkv: state,
        y,
        shape: uniform(gpu, places(size, layer, 2 * layer)),
        run: uniform(gpu, [3, 0]),
      };
      const variant = wkv.wkvScanVariant(tuning, headSize, true);
      const grid = wkv.wkvScanGrid(tuning, size.heads, headSize, true)(3);
      await dispatch(gpu, cache, wkv.scanKernel(tuning), variant, bound, grid);
      const after = before.slice();
      const expected = new Float32Array(3 * width);
      for (let t = 0; t < 3; t++) {
        const at = (2 * t + 1) * layer;
        const result = referenceWkv({
          ...given,
          tokens: 1,
          proj: rowsOf(given.proj, size, t, t + 1),
          state: before.slice(at, at + layer),
        });
        after.set(result.state, at);
        expected.set(result.y, t * width);
      }
      expect(relativeError(await download(gpu, y, expected.length), expected)).toBeLessThan(TOLERANCE);
      expect(relativeError(await download(gpu, state, after.length), after)).toBeLessThan(TOLERANCE);
    },
  );
});
