/**
 * Chooses the tilings of products on matrix units: checks every candidate, times it, prints a JSON line for each result as
 * it comes. Runs as one bundled file (scripts/buildTuning.ts):
 *   node dist-tests/tune-matMat.mjs [--seconds 90] [--only TEXT] [--checks-only]
 */
import { parseArgs } from 'node:util';
import { create, globals } from 'webgpu';
import { openDevice, type Gpu } from '../../src/engine/gpu/device.ts';
import { PipelineCache } from '../../src/engine/gpu/kernel.ts';
import { DAWN_FEATURES } from '../../src/engine/hosts/gpu.ts';
import { readShaderSources } from '../../src/engine/hosts/shaderSources.ts';
import {
  matMatUnits,
  matMatUnitsVariant,
  UNITS_TILINGS,
  type TileFormat,
  type Tiling,
} from '../../src/engine/kernels/matMatUnits.ts';
import { differingBits, judge, makeProblem, ProblemOnGpu, type Problem } from './matMat/checks.ts';
import { ALL_TILINGS, TILINGS } from './matMat/tilings.ts';
import { Bench, type Shape, type Timing } from './matMat/timing.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '90' },
    only: { type: 'string', default: '' },
    'checks-only': { type: 'boolean', default: false },
  },
});
const start = performance.now();
const seconds = (): number => (performance.now() - start) / 1000;
const budget = Number(options.seconds);
const isLate = (share = 1): boolean => seconds() > share * budget;

function say(line: Record<string, unknown>): void {
  const rounded = Object.entries(line).map(([key, value]) => [
    key,
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}

/** What went wrong, without the kernel's constants, which only repeat the variant. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return `${error.message.replace(/\{"constants.*\} /, '')} ${cause}`.slice(0, 600).trim();
}

/** The pipeline of a variant, or an error where the driver takes too long over it. */
async function compiled(tiling: Tiling): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not compiled after ${COMPILE_SECONDS} s`));
    }, COMPILE_SECONDS * 1000);
  });
  const pipeline = lab.cache.get(matMatUnits, matMatUnitsVariant(tiling, 'f16', { out: 'f32' }));
  await Promise.race([pipeline, late]).finally(() => {
    clearTimeout(timer);
  });
}
const COMPILE_SECONDS = 20;

/** A device and what lives on it; made anew when a variant breaks it. */
interface Lab {
  readonly gpu: Gpu;
  readonly cache: PipelineCache;
  readonly problem: ProblemOnGpu;
}

const KEY_SHAPE: Shape = { name: 'ffn key', rows: [10240], columns: 2560 };
const SHAPES: readonly Shape[] = [
  { name: 'ffn value', rows: [2560], columns: 10240 },
  { name: 'rkv and low-rank', rows: [2560, 2560, 2560, 96, 96, 64, 320], columns: 2560 },
  { name: 'output', rows: [2560], columns: 2560 },
];
const HEAD: Shape = { name: 'head', rows: [65536], columns: 2560 };

/** Grouped products with odd sizes, activations, and a K shorter than others and than a tile. */
const problem = makeProblem(
  200,
  [
    { rows: 576, columns: 320 },
    { rows: 96, columns: 320, activation: 'tanh' },
    { rows: 64, columns: 96, bias: true, activation: 'sigmoid' },
    { rows: 132, columns: 256 },
  ],
  { out: 'f32' },
);
const TOLERANCE = 1e-3;

const keep = globalThis as unknown as { keepGpus?: GPU[] };

async function openLab(): Promise<Lab> {
  Object.assign(globalThis, globals);
  const instance = create([
    `enable-dawn-features=${DAWN_FEATURES.join(',')}`,
    'disable-dawn-features=timestamp_quantization',
  ]);
  // Dawn's event pump keeps a raw pointer to it.
  (keep.keepGpus ??= []).push(instance);
  const gpu = await openDevice(instance);
  return { gpu, cache: new PipelineCache(gpu, readShaderSources()), problem: new ProblemOnGpu(gpu, problem) };
}

const candidates = Object.entries(ALL_TILINGS).filter(([name]) => name.includes(options.only));
let lab = await openLab();
say({
  phase: 'start',
  adapter: lab.gpu.caps.name,
  matrixUnits: lab.gpu.caps.matrixUnits,
  timestamps: lab.gpu.caps.timestamps,
  candidates: candidates.length,
});
if (!lab.gpu.caps.matrixUnits) throw new Error('This adapter has no matrix units of 16 × 16 × 16, f16 to f32.');
const watchdog = setTimeout(
  () => {
    say({ phase: 'end', error: 'out of time, something hangs' });
    process.exit(2);
  },
  (budget + 25) * 1000,
);

/** Runs a step; a failure is said, and if it broke the device a new one is opened. */
async function attempt<T>(what: Record<string, unknown>, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    say({ ...what, error: messageOf(error) });
    try {
      lab.gpu.check();
    } catch {
      lab.gpu.destroy();
      lab = await openLab();
      say({ phase: 'reopened', at: seconds() });
    }
    return undefined;
  }
}

/** Compiles ahead; who needs a pipeline hears of its failure. */
function precompile(tilings: Iterable<Tiling>, format: TileFormat = 'f16'): void {
  for (const tiling of tilings)
    lab.cache.get(matMatUnits, matMatUnitsVariant(tiling, format, { out: 'f32' })).catch(() => undefined);
}

/** The first variant's results: every other must give the same bits. */
let common: Float32Array | undefined;

async function check(name: string, tiling: Tiling): Promise<boolean> {
  const began = performance.now();
  await compiled(tiling);
  const compileMs = performance.now() - began;
  const { outStride } = problem;
  const whole = await lab.problem.run(lab.cache, tiling);
  const { error, stray } = judge(problem, whole);
  let unequal = 0;
  for (const [first, tokens] of [
    [100, 17],
    [57, 1],
    [3, 64],
  ] as const)
    unequal += differingBits(whole, first, await lab.problem.run(lab.cache, tiling, first, tokens), outStride);
  const ok = error < TOLERANCE && stray === 0 && unequal === 0;
  if (ok) common ??= whole;
  const unequalToFirst = common ? differingBits(common, 0, whole, outStride) : undefined;
  say({ phase: 'check', variant: name, ok, error, stray, unequal, unequalToFirst, compileMs: Math.round(compileMs) });
  return ok;
}

interface Result extends Timing {
  readonly variant: string;
  readonly shape: string;
  readonly format: TileFormat;
  readonly tokens: number;
}
const results: Result[] = [];

async function time(bench: Bench, name: string, tiling: Tiling, tokens: number): Promise<void> {
  const { shape, format } = bench;
  const about = { phase: 'time', variant: name, format, shape: shape.name, tokens };
  await attempt(about, async () => {
    const timing = await bench.time(lab.cache, tiling, tokens);
    results.push({ ...timing, variant: name, shape: shape.name, format, tokens });
    say({ ...about, rows: shape.rows.reduce((a, b) => a + b), columns: shape.columns, ...timing });
  });
}

/** Names of the fastest for a shape and a number of tokens. */
const fastest = (shape: Shape, tokens: number, count: number): string[] =>
  results
    .filter((result) => result.shape === shape.name && result.tokens === tokens && result.format === 'f16')
    .sort((a, b) => a.ms - b.ms)
    .slice(0, count)
    .map(({ variant }) => variant);

const tilingOf = (name: string): Tiling => {
  const tiling = ALL_TILINGS[name];
  if (!tiling) throw new Error(`no tiling ${name}`);
  return tiling;
};

/** A bench on today's device; nothing is timed on one that the device was lost under. */
async function withBench(
  shape: Shape,
  format: TileFormat,
  maxTokens: number,
  body: (bench: () => Promise<Bench>) => Promise<void>,
): Promise<void> {
  let bench: Bench | undefined;
  let owner: Lab | undefined;
  await attempt({ phase: 'bench', shape: shape.name, format }, () =>
    body(async () => {
      if (!bench || owner !== lab) {
        owner = lab;
        bench = await Bench.create(lab.gpu, lab.cache, shape, format, maxTokens);
      }
      return bench;
    }),
  );
  bench?.destroy();
}

const good: string[] = [];

/** 1. Every candidate: is it right, and how fast is it for a long prompt? */
async function firstRound(): Promise<void> {
  precompile(candidates.map(([, tiling]) => tiling));
  await withBench(KEY_SHAPE, 'f16', 2048, async (bench) => {
    for (const [i, [name, tiling]] of candidates.entries()) {
      if (isLate(0.6)) return;
      if (!(await attempt({ phase: 'check', variant: name }, () => check(name, tiling)))) continue;
      good.push(name);
      if (options['checks-only']) continue;
      if (i === 0) await attempt({ phase: 'warm' }, async () => (await bench()).time(lab.cache, tiling, 2048));
      if (!(name in TILINGS.small)) await time(await bench(), name, tiling, 2048);
    }
  });
}

const FORMATS = ['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const;

async function checkProblem(name: string, tiling: Tiling, wanted: Problem, about: string): Promise<void> {
  const what = { phase: 'check', variant: name, format: wanted.format, about };
  await attempt(what, async () => {
    const onGpu = new ProblemOnGpu(lab.gpu, wanted);
    const { error, stray } = judge(wanted, await onGpu.run(lab.cache, tiling));
    onGpu.destroy();
    say({ ...what, ok: error < (wanted.epilogue.out === 'f16' ? 2 : 1) * TOLERANCE && stray === 0, error, stray });
  });
}

/** 2. Every format and every epilogue, on the tilings in use and the best so far. */
async function checkFormats(): Promise<void> {
  const [best] = fastest(KEY_SHAPE, 2048, 1);
  const tilings: [string, Tiling][] = Object.entries(UNITS_TILINGS);
  if (best !== undefined && tilingOf(best).tileK > 16) tilings.push([best, tilingOf(best)]);
  const part = { rows: 100, columns: 288 } as const;
  const cases: [string, Problem][] = [
    ['bias sigmoid', makeProblem(37, [{ ...part, bias: true, activation: 'sigmoid' }], { out: 'f32' })],
    ['adds', makeProblem(37, [part], { out: 'f32', adds: true })],
    ['tanh f16', makeProblem(37, [{ ...part, activation: 'tanh' }], { out: 'f16' })],
    // Large enough to pass what f16 holds.
    ['relu² f16', makeProblem(37, [{ ...part, activation: 'reluSquared' }], { out: 'f16' }, 'f16', { xScale: 60 })],
    ...FORMATS.map((format): [string, Problem] => ['plain', makeProblem(37, [part], { out: 'f32' }, format)]),
  ];
  for (const [, tiling] of tilings)
    for (const [, { format, epilogue }] of cases)
      lab.cache.get(matMatUnits, matMatUnitsVariant(tiling, format, epilogue)).catch(() => undefined);
  for (const [name, tiling] of tilings)
    for (const [about, wanted] of cases) {
      if (isLate(0.75)) return;
      await checkProblem(name, tiling, wanted, about);
    }
}

/** 3. The other formats at full length, on the two best. */
async function timeFormats(): Promise<void> {
  const names = fastest(KEY_SHAPE, 2048, 2);
  for (const format of ['q8_0', 'int8', 'q4_0', 'nf4'] as const) {
    if (isLate(0.85)) return;
    const fitting = names.filter((name) => tilingOf(name).tileK > 16 || format === 'q8_0' || format === 'int8');
    precompile(fitting.map(tilingOf), format);
    await withBench(KEY_SHAPE, format, 2048, async (bench) => {
      for (const name of fitting) await time(await bench(), name, tilingOf(name), 2048);
    });
  }
}

/** 4. Other shapes and numbers of tokens, on the best large ones and, for fewer tokens, the small ones. */
async function timeShapes(): Promise<void> {
  const large = fastest(KEY_SHAPE, 2048, 5);
  const small = Object.keys(TILINGS.small).filter((name) => good.includes(name));
  for (const shape of [...SHAPES, KEY_SHAPE])
    await withBench(shape, 'f16', 2048, async (bench) => {
      for (const tokens of [2048, 64, 256, 1024])
        for (const name of tokens === 2048 ? large : [...small, ...large]) {
          if (isLate()) return;
          if (tokens === 2048 && shape === KEY_SHAPE) continue;
          if (tilingOf(name).tileTokens > Math.max(128, tokens)) continue;
          await time(await bench(), name, tilingOf(name), tokens);
        }
    });
  await withBench(HEAD, 'f16', 64, async (bench) => {
    for (const tokens of [16, 64])
      for (const name of [...small, ...large.slice(0, 2)]) {
        if (isLate()) return;
        await time(await bench(), name, tilingOf(name), tokens);
      }
  });
}

await firstRound();
await checkFormats();
if (!options['checks-only']) {
  await timeFormats();
  await timeShapes();
  const keys = new Set(results.map(({ shape, format, tokens }) => JSON.stringify({ shape, format, tokens })));
  for (const key of keys) {
    const [best] = results
      .filter(({ shape, format, tokens }) => JSON.stringify({ shape, format, tokens }) === key)
      .sort((a, b) => a.ms - b.ms);
    if (best) say({ phase: 'best', ...best });
  }
}
say({ phase: 'end', at: seconds() });
clearTimeout(watchdog);
process.exit();
