/**
 * Finds how the kernels of the WKV, and layer norm with token shift, run fastest on this machine's GPU. Every variant is
 * checked before it is timed: against the reference, and for giving the same bits wherever a text is cut. One JSON line
 * for each measurement, as it comes; a variant that fails says so in its line. Ends by itself when its seconds are over.
 *   node wkv.mjs [gpu | software | part of an adapter's name] [--seconds=34] [--small] [--no-subgroups]
 */
import type {
  DirectScan,
  ItemTuning,
  OutputFormat,
  ScanTuning,
  SharedScan,
  StagedScan,
} from '../../src/engine/kernels/wkv.ts';
import { scanKernel, wkvScanVariant } from '../../src/engine/kernels/wkv.ts';
import type { NormMixTuning } from '../../src/engine/kernels/normMix.ts';
import { relativeError } from '../../test/support/gpu.ts';
import { Bench, type Job, sameBits } from './wkv/bench.ts';
import { createBuffers, HEAD_SIZE, Layer, Pools, type Shape } from './wkv/layer.ts';
import { type Mixes, NormLayer } from './wkv/norm.ts';

/** f32 sums in another order than the reference's, over thousands of tokens. */
const TOLERANCE = 1e-4;
const F16_TOLERANCE = 1e-3;

const options = process.argv.slice(2);
/** No measurement starts later. */
const seconds = Number(options.find((option) => option.startsWith('--seconds='))?.slice(10) ?? 34);
let deadline = seconds;
const small = options.includes('--small');
const adapter = options.find((option) => !option.startsWith('--')) ?? 'auto';
const elapsed = (): number => performance.now() / 1000;
const print = (line: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify({ s: Number(elapsed().toFixed(2)), ...line })}\n`);
};
const rounded = (value: number): number => Number(value.toPrecision(4));

const SHAPES: readonly Shape[] = small
  ? [
      { heads: 2, tokens: 16 },
      { heads: 1, tokens: 33 },
    ]
  : [40, 12, 64].flatMap((heads) => [2048, 512].map((tokens) => ({ heads, tokens })));

const bench = await Bench.open(adapter, options.includes('--no-subgroups'));
const least = bench.gpu.caps.subgroups?.min ?? 0;
print({ adapter: bench.gpu.caps.name, subgroups: bench.gpu.caps.subgroups, timestamps: bench.gpu.caps.timestamps });

const most = { heads: Math.max(...SHAPES.map((x) => x.heads)), tokens: Math.max(...SHAPES.map((x) => x.tokens)) };
const pools = new Pools(most.heads * HEAD_SIZE * most.tokens);
const buffers = createBuffers(bench, most.heads, most.tokens);

/** Starting point of the search: how rows are split, before the workgroup and the lanes' distance are varied. */
function firstScans(): ScanTuning[] {
  const direct = (split: number, rows: number, depth: number): DirectScan => ({
    path: 'direct',
    split,
    step: 1,
    workgroup: 64,
    rows,
    depth,
  });
  const staged = (split: number, workgroup: number, block: number): StagedScan => ({
    path: 'staged',
    subgroups: split > 1,
    split,
    step: 1,
    workgroup,
    block,
  });
  const shared = (split: number, workgroup: number, block: number): SharedScan => ({
    path: 'shared',
    split,
    step: 1,
    workgroup,
    block,
  });
  const scans: ScanTuning[] = [
    shared(16, 64, 4),
    shared(8, 64, 4),
    shared(16, 128, 4),
    shared(16, 64, 8),
    shared(16, 256, 8),
    shared(8, 128, 8),
    direct(8, 1, 2),
    direct(4, 1, 2),
    direct(8, 2, 2),
    direct(16, 2, 4),
    direct(8, 1, 4),
    direct(16, 4, 4),
    direct(16, 1, 4),
    direct(8, 2, 4),
    direct(16, 2, 2),
    direct(4, 1, 1),
    direct(8, 4, 2),
    direct(4, 2, 1),
    staged(8, 128, 4),
    staged(4, 128, 4),
    staged(16, 256, 4),
    staged(8, 256, 4),
    staged(8, 64, 2),
    staged(1, 64, 4),
  ];
  const possible = scans.filter(runs);
  return small ? [...possible.slice(0, 1), ...possible.slice(-2)] : possible;
}

/** What the adapter's subgroups and the head's size allow. */
function runs(tuning: ScanTuning): boolean {
  const { split, step, workgroup } = tuning;
  const rows = (workgroup * (tuning.path === 'direct' ? tuning.rows : 1)) / split;
  const needed = tuning.path !== 'staged' || tuning.subgroups ? Math.max(4, split * step) : 0;
  return needed <= least && workgroup >= split * step && rows >= 1 && HEAD_SIZE % rows === 0;
}

/** The same split with other workgroups and distances. */
const neighbours = (tuning: ScanTuning): ScanTuning[] =>
  [32, 64, 128, 256]
    .flatMap((workgroup) =>
      [1, Math.max(1, Math.floor(32 / tuning.split))].map((step) => ({ ...tuning, workgroup, step })),
    )
    .filter((other) => runs(other) && (other.workgroup !== tuning.workgroup || other.step !== tuning.step));

function firstItems(): ItemTuning[] {
  const items: ItemTuning[] = [
    { subgroups: true, split: 16, workgroup: 64 },
    { subgroups: true, split: 16, workgroup: 128 },
    { subgroups: true, split: 16, workgroup: 256 },
    { subgroups: true, split: 8, workgroup: 128 },
    { subgroups: true, split: 8, workgroup: 64 },
    { subgroups: true, split: 4, workgroup: 64 },
    { subgroups: false, split: 16, workgroup: 64 },
    { subgroups: false, split: 4, workgroup: 64 },
  ];
  return items.filter(({ subgroups, split }) => !subgroups || split <= least);
}

interface Measured<T> {
  readonly tuning: T;
  readonly us: number;
}

/** Runs one measurement unless time is up; prints its line whatever happens. */
async function measure(
  line: Record<string, unknown>,
  body: () => Promise<{ us: number; error: number; ok: boolean } & Record<string, unknown>>,
): Promise<number | undefined> {
  if (elapsed() > deadline) {
    print({ ...line, skipped: 'out of time' });
    return undefined;
  }
  try {
    const result = await body();
    print({ ...line, ...result, us: rounded(result.us), error: rounded(result.error) });
    return result.ok ? result.us : undefined;
  } catch (error) {
    print({ ...line, failed: (error instanceof Error ? error.message : String(error)).slice(0, 600) });
    return undefined;
  }
}

/** A small layer on which all is compared: y and state of all heads, and the bits for several cuts. */
async function checkCuts(layer: Layer, tuning: ScanTuning): Promise<{ ok: boolean; error: number }> {
  const { heads, tokens } = layer.shape;
  const outputs: [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>][] = [];
  for (const cut of [0, 1, 2, 3, 16, tokens - 1]) {
    layer.clearState();
    if (cut > 0) await bench.run(await layer.scan(tuning, 0, cut));
    await bench.run(await layer.scan(tuning, cut));
    outputs.push([await layer.all('y'), await layer.all('state')]);
  }
  const [[y, state]] = outputs as [[Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>]];
  let error = 0;
  for (let head = 0; head < heads; head++) {
    const expected = layer.expected(head);
    const own = y.filter((_, i) => Math.floor((i % layer.width) / HEAD_SIZE) === head);
    const ownState = state.slice(head * HEAD_SIZE ** 2, (head + 1) * HEAD_SIZE ** 2);
    const worst = relativeError(own, expected.y) + relativeError(ownState, expected.state);
    error = worst <= error ? error : worst;
  }
  const bits = outputs.every((other) => sameBits(other[0], y) && sameBits(other[1], state));
  if (!bits) throw new Error('the bits depend on where the text is cut');
  return { ok: error < TOLERANCE, error };
}

const checkLayer = new Layer(bench, pools, buffers, { heads: 2, tokens: 21 });

async function scanOn(layer: Layer, tuning: ScanTuning): Promise<number | undefined> {
  const { heads, tokens } = layer.shape;
  return measure({ kernel: 'wkv_scan', heads, tokens, tuning }, async () => {
    layer.clearState();
    const job = await layer.scan(tuning);
    await bench.run(job);
    const head = heads - 1;
    const expected = layer.expected(head);
    const error =
      relativeError(await layer.state(head), expected.state) +
      relativeError(await layer.row('y', tokens - 1, head), expected.y.slice(-HEAD_SIZE));
    const us = await bench.time(job);
    const budget = rounded(((us * 4096) / tokens) * 0.032);
    return { us, nsPerToken: rounded((us * 1000) / tokens), ms32Layers4096: budget, error, ok: error < TOLERANCE };
  });
}

async function itemsOn(
  layer: Layer,
  kernel: 'wkv_prepare' | 'wkv_finish',
  tuning: ItemTuning,
): Promise<number | undefined> {
  const { heads, tokens } = layer.shape;
  const head = heads - 1;
  const last = tokens - 1;
  const expected = layer.expected(head);
  const gigabytes = (vectors: number, us: number): number => rounded((vectors * tokens * layer.width * 4) / us / 1000);
  if (kernel === 'wkv_prepare')
    return measure({ kernel, heads, tokens, tuning }, async () => {
      layer.fill();
      const job = await layer.prepare(tuning);
      await bench.run(job);
      let error = 0;
      for (let i = 0; i < 7; i++) {
        const at = (i * tokens + last) * HEAD_SIZE;
        const own = await layer.row('proj', i * tokens + last, head);
        error += relativeError(own, expected.prepared.slice(at, at + HEAD_SIZE));
      }
      const us = await bench.time(job);
      return { us, gbPerS: gigabytes(12, us), error, ok: error < TOLERANCE };
    });
  const half = await measure({ kernel, output: 'f16', heads, tokens, tuning }, async () => {
    const job = await layer.finish(tuning, 'f16');
    await bench.run(job);
    const error = relativeError(await layer.halfRow(last, head), expected.out.slice(-HEAD_SIZE));
    const us = await bench.time(job);
    return { us, gbPerS: gigabytes(3.5, us), error, ok: error < F16_TOLERANCE };
  });
  await measure({ kernel, output: 'f32', heads, tokens, tuning }, async () => {
    const job = await layer.finish(tuning, 'f32');
    await bench.run(job);
    const error = relativeError(await layer.row('out', last, head), expected.out.slice(-HEAD_SIZE));
    const us = await bench.time(job);
    return { us, gbPerS: gigabytes(4, us), error, ok: error < TOLERANCE };
  });
  return half;
}

const NORMS: readonly NormMixTuning[] = [1, 2, 4].flatMap((strip) =>
  (small ? [16, 64] : [128, 256, 64]).map((workgroup) => ({ subgroups: least > 0, workgroup, strip })),
);

/** Layer norm and token shift, as time mix and channel mix want it; returns what is the fastest for the former. */
async function norms(shape: Shape, tunings: readonly NormMixTuning[]): Promise<Measured<NormMixTuning>[]> {
  const { heads, tokens } = shape;
  const layer = new NormLayer(bench, pools, buffers, shape);
  const measured: Measured<NormMixTuning>[] = [];
  const once = (line: Record<string, unknown>, mixes: Mixes, output: OutputFormat, make: () => Promise<Job>) =>
    measure({ ...line, mixes, output, heads, tokens }, async () => {
      const job = await make();
      await bench.run(job);
      const { actual, expected } = await layer.last(mixes, output);
      const error = relativeError(actual, expected);
      const us = await bench.time(job);
      const bytes = tokens * layer.width * (4 + mixes * (output === 'f32' ? 4 : 2));
      return { us, gbPerS: rounded(bytes / us / 1000), error, ok: error < F16_TOLERANCE };
    });
  for (const tuning of tunings) {
    const us = await once({ kernel: 'norm_mix', tuning }, 6, 'f16', () => layer.mix(tuning, 6, 'f16'));
    if (us !== undefined) measured.push({ tuning, us });
  }
  for (const tuning of fastest(measured, 2))
    await once({ kernel: 'norm_mix', tuning }, 1, 'f16', () => layer.mix(tuning, 1, 'f16'));
  await once({ kernel: 'layer_norm_mix' }, 6, 'f32', () => layer.layerNormMix(6));
  return measured;
}

const fastest = <T>(measured: readonly Measured<T>[], count: number): T[] =>
  measured
    .toSorted((a, b) => a.us - b.us)
    .slice(0, count)
    .map(({ tuning }) => tuning);

/** Few at a time: a driver that compiles one after another would keep the first waiting for all. */
function compileAhead(scans: readonly ScanTuning[], from: number): void {
  for (const tuning of scans.slice(from, from + 6))
    bench.compile(scanKernel(tuning), wkvScanVariant(tuning, HEAD_SIZE, false));
}

/** Brings a layer to where a scan may begin; with the first way to do so that is right. */
async function choosePreparing(): Promise<(layer: Layer) => Promise<void>> {
  for (const tuning of firstItems())
    if ((await itemsOn(checkLayer, 'wkv_prepare', tuning)) !== undefined)
      return async (layer) => {
        layer.fill();
        await bench.run(await layer.prepare(tuning));
      };
  throw new Error('nothing prepares the inputs correctly');
}

/** The fastest scans on one shape that are right and give the same bits for every cut. */
async function searchScans(shape: Shape, prepare: (layer: Layer) => Promise<void>): Promise<ScanTuning[]> {
  const passes = async (tuning: ScanTuning): Promise<boolean> => {
    const check = async () => ({ us: 0, ...(await checkCuts(checkLayer, tuning)) });
    return (await measure({ kernel: 'wkv_scan', check: 'cuts', tuning }, check)) !== undefined;
  };
  const scans = firstScans();
  const passing: ScanTuning[] = [];
  await prepare(checkLayer);
  for (const [i, tuning] of scans.entries()) {
    compileAhead(scans, i);
    if (await passes(tuning)) passing.push(tuning);
  }
  const layer = new Layer(bench, pools, buffers, shape);
  const measured: Measured<ScanTuning>[] = [];
  const time = async (tuning: ScanTuning): Promise<void> => {
    const us = await scanOn(layer, tuning);
    if (us !== undefined) measured.push({ tuning, us });
  };
  await prepare(layer);
  for (const tuning of passing) await time(tuning);
  const more = small ? [] : fastest(measured, 3).flatMap(neighbours);
  for (const [i, tuning] of more.entries()) {
    compileAhead(more, i);
    await time(tuning);
  }
  // The neighbours have been checked on many tokens, but not for their cuts.
  await prepare(checkLayer);
  const leaders: ScanTuning[] = [];
  for (const tuning of fastest(measured, 5)) if (await passes(tuning)) leaders.push(tuning);
  return leaders;
}

/** What is the fastest so far, to be tried on the next shape; empty before the first. */
interface Best {
  items: ItemTuning[];
  norms: NormMixTuning[];
}

async function onShape(
  shape: Shape,
  prepare: (layer: Layer) => Promise<void>,
  scans: readonly ScanTuning[],
  best: Best,
): Promise<void> {
  const { heads, tokens } = shape;
  const layer = new Layer(bench, pools, buffers, shape);
  const isFirst = best.items.length === 0;
  const measured: Measured<ItemTuning>[] = [];
  for (const tuning of isFirst ? firstItems() : best.items) {
    const us = await itemsOn(layer, 'wkv_prepare', tuning);
    if (us !== undefined) measured.push({ tuning, us });
  }
  if (isFirst) best.items = fastest(measured, 3);
  await prepare(layer);
  for (const tuning of scans) await scanOn(layer, tuning);
  // wkv_finish is checked on y as one scan of these tokens leaves it.
  layer.clearState();
  if (scans[0]) await bench.run(await layer.scan(scans[0]));
  for (const tuning of isFirst ? firstItems() : best.items) await itemsOn(layer, 'wkv_finish', tuning);
  await measure({ kernel: 'time_mix', heads, tokens }, async () => {
    layer.fill();
    layer.clearState();
    const job = await layer.timeMix();
    await bench.run(job);
    const expected = layer.expected(heads - 1);
    const error = relativeError(await layer.row('out', tokens - 1, heads - 1), expected.out.slice(-HEAD_SIZE));
    return { us: await bench.time(job), error, ok: error < TOLERANCE };
  });
  const normed = await norms(shape, best.norms.length === 0 ? NORMS : best.norms);
  if (best.norms.length === 0) best.norms = fastest(normed, 2);
}

try {
  const prepare = await choosePreparing();
  const [first = { heads: 1, tokens: 1 }] = SHAPES;
  // The search may not take the time of everything else.
  deadline = 0.6 * seconds;
  const scans = await searchScans(first, prepare);
  deadline = seconds;
  const best: Best = { items: [], norms: [] };
  for (const shape of SHAPES) await onShape(shape, prepare, scans, best);
  print({ scans, ...best });
} catch (error) {
  print({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
}
process.exit();
