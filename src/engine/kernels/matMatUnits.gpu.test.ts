/**
 * Products on matrix units against exact ones, bit for bit the same whatever the tiling, the number of tokens and their
 * place. Adapters without matrix units run none of it: there these tests only see that the capabilities say so.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu } from '../../../test/support/gpu.ts';
import { differingBits, judge, makeProblem, ProblemOnGpu, type Problem } from '../../../tools/tune/matMat/checks.ts';
import type { Gpu } from '../gpu/device.ts';
import { PipelineCache } from '../gpu/kernel.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { UNITS_TILINGS, type Tiling } from './matMatUnits.ts';

const FORMATS = ['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const;
const PART = { rows: 100, columns: 288 } as const;
/** Weights are rounded to f16 by the adapter, to the nearest or towards zero; results in f16 once more. */
const TOLERANCE = { f32: 1e-3, f16: 2e-3 } as const;

interface Case {
  readonly title: string;
  readonly make: () => Problem;
}

const CASES: readonly Case[] = [
  {
    title: 'sigmoid after a bias',
    make: () => makeProblem(37, [{ ...PART, bias: true, activation: 'sigmoid' }], { out: 'f32' }),
  },
  { title: 'added to what is there', make: () => makeProblem(37, [PART], { out: 'f32', adds: true }) },
  { title: 'tanh as f16', make: () => makeProblem(37, [{ ...PART, activation: 'tanh' }], { out: 'f16' }) },
  {
    title: 'squared ReLU beyond the largest f16',
    make: () => makeProblem(37, [{ ...PART, activation: 'reluSquared' }], { out: 'f16' }, 'f16', { xScale: 60 }),
  },
  ...FORMATS.map((format): Case => ({ title: format, make: () => makeProblem(37, [PART], { out: 'f32' }, format) })),
];

/** Sizes that are no multiple of a tile, an X for each product, different columns: what a layer's groups look like. */
const GROUP = [
  { rows: 576, columns: 320 },
  { rows: 96, columns: 320, activation: 'tanh' },
  { rows: 64, columns: 96, bias: true, activation: 'sigmoid' },
] as const;

const tilings: readonly [string, Tiling][] = Object.entries(UNITS_TILINGS);

describe('products on matrix units', () => {
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    gpu = await openTestGpu();
    cache = new PipelineCache(gpu, readShaderSources());
  });

  /** Runs `body` where there are matrix units. Elsewhere says that nothing was run, and checks that the caps agree. */
  async function onUnits(body: () => Promise<void>): Promise<void> {
    if (gpu.caps.matrixUnits) {
      await body();
      return;
    }
    console.log(`${gpu.caps.name} has no matrix units: not run here.`);
    const isFit = gpu.device.features.has('chromium-experimental-subgroup-matrix');
    expect(isFit && gpu.caps.subgroups?.min === 32 && gpu.caps.subgroups.max === 32).toEqual(false);
  }

  for (const [name, tiling] of tilings) {
    for (const { title, make } of CASES)
      test(`${name}: ${title}`, () =>
        onUnits(async () => {
          const problem = make();
          const onGpu = new ProblemOnGpu(gpu, problem);
          const { error, stray } = judge(problem, await onGpu.run(cache, tiling));
          onGpu.destroy();
          expect(error).toBeLessThan(TOLERANCE[problem.epilogue.out]);
          expect(stray).toEqual(0);
        }));
  }

  test('a group of products, however it is cut and tiled', () =>
    onUnits(async () => {
      const problem = makeProblem(200, GROUP, { out: 'f32' });
      const onGpu = new ProblemOnGpu(gpu, problem);
      let common: Float32Array | undefined;
      for (const [, tiling] of tilings) {
        const whole = await onGpu.run(cache, tiling);
        const { error, stray } = judge(problem, whole);
        expect(error).toBeLessThan(TOLERANCE.f32);
        expect(stray).toEqual(0);
        for (const [first, tokens] of [
          [0, 1],
          [57, 1],
          [100, 17],
          [3, 128],
        ] as const)
          expect(differingBits(whole, first, await onGpu.run(cache, tiling, first, tokens), problem.outStride)).toEqual(
            0,
          );
        common ??= whole;
        expect(differingBits(common, 0, whole, problem.outStride)).toEqual(0);
      }
      onGpu.destroy();
    }));

  test('each switch turns them off', async () => {
    for (const options of [{ noMatrixUnits: true }, { noShaderF16: true }, { noSubgroups: true }]) {
      const without = await openTestGpu(options);
      expect(without.caps.matrixUnits).toEqual(undefined);
      without.destroy();
    }
  });
});
