/**
 * Finds how a whole layer in one dispatch decodes fastest on this machine's GPU: what `src/engine/kernels/decodeLayers.ts`
 * chooses by. Starts from what is chosen now and keeps each change that is faster, one phase after another; prints
 * microseconds a token, head and sampling included.
 *   node scripts/run.mjs tools/tune/decodeLayers.ts [--size 2.9b] [--precisions f16,int8,nf4,int4] [--seconds 60] [--adapter NAME]
 */
import { parseArgs } from 'node:util';
import { openNodeGpu } from '../../src/engine/hosts/gpu.ts';
import { dataFolder } from '../../src/engine/hosts/paths.ts';
import { readShaderSources } from '../../src/engine/hosts/shaderSources.ts';
import type { Gpu } from '../../src/engine/gpu/device.ts';
import { PipelineCache } from '../../src/engine/gpu/kernel.ts';
import { fixedSubgroupSize } from '../../src/engine/kernels/decode.ts';
import { fitLayer, type Cut, type LayerTiling } from '../../src/engine/kernels/decodeLayers.ts';
import { PRECISION_FORMATS } from '../../src/engine/rwkv7/deviceFormats.ts';
import { createModel } from '../../src/engine/rwkv7/model.ts';
import { parsePrecision } from '../../src/engine/rwkv7/precision.ts';
import { releasedConfig, SyntheticFiller } from '../../src/engine/rwkv7/synthetic.ts';
import { createSampler } from '../../src/engine/sampling/sampler.ts';
import { fillWeights } from '../../src/engine/rwkv7/fillWeights.ts';
import type { ModelWeights } from '../../src/engine/rwkv7/weights.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2.9b' },
    precisions: { type: 'string', default: 'f16,int8,nf4,int4' },
    seconds: { type: 'string', default: '60' },
    adapter: { type: 'string', default: 'gpu' },
  },
});
const GREEDY = { temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 };
/** Workgroups to start from; the plan finds out how many run at a time. */
const GROUPS = 132;
const STEPS = 32;
const RUNS = 4;
const SERIES = 4;
const print = (line: object): void => {
  console.log(JSON.stringify(line));
};

const shaders = readShaderSources();
const config = releasedConfig(values.size);
const gpu = await openNodeGpu({ adapter: values.adapter, cacheFolder: dataFolder() });
print({ adapter: gpu.caps.name, size: values.size });

/** Microseconds a token, the least of some series of runs: the others met colder clocks. */
async function time(device: Gpu, weights: ModelWeights, tiling: LayerTiling | undefined): Promise<number> {
  const kept = { ...weights, destroy: () => undefined };
  const cache = new PipelineCache(device, shaders);
  const model = await createModel({
    ...{ gpu: device, cache, config, weights: kept, fingerprint: '' },
    ...(tiling && { layerTiling: tiling }),
    maxChunk: 128,
  });
  const state = model.createState();
  const runs = model.runs;
  if (!runs) throw new Error('this adapter decodes no runs');
  const sampler = await runs.createSampler(1, createSampler(GREEDY).memory);
  let best = Infinity;
  for (let series = 0; series < SERIES; series++) {
    let before = await runs.decodeRun(state, STEPS, sampler);
    const started = performance.now();
    for (let i = 0; i < RUNS; i++) {
      // Two runs are under way, so that the device is never idle.
      const next = await runs.decodeRun(state, STEPS, sampler);
      await before.result;
      before = next;
    }
    await before.result;
    best = Math.min(best, (1000 * (performance.now() - started)) / (STEPS * (RUNS + 1)));
  }
  sampler.dispose();
  model.dispose();
  return best;
}

const CUTS = [1, 2, 4, 8].flatMap((split) =>
  ([1, 2, 4] as const).flatMap((rows) => [8, 16, 32].map((team): Cut => ({ split, rows, team }))),
);
const PHASES = ['value', 'key', 'project', 'output'] as const;

function* changes(tiling: LayerTiling): Generator<LayerTiling> {
  for (const workgroup of [512, 1024]) if (workgroup !== tiling.workgroup) yield { ...tiling, workgroup };
  for (const phase of PHASES)
    for (const cut of CUTS)
      if (cut.split === 1 || phase === 'value' || phase === 'output') yield { ...tiling, [phase]: cut };
}

for (const name of values.precisions.split(',')) {
  const started = performance.now();
  const precision = parsePrecision(name);
  const weights = await fillWeights(gpu, config, new SyntheticFiller(gpu, shaders, config, precision));
  const five = { ...gpu, caps: { ...gpu.caps, waitingGroups: 0 } };
  print({ precision: name, fiveDispatches: +(await time(five, weights, undefined)).toFixed(1) });
  const format = PRECISION_FORMATS[name as keyof typeof PRECISION_FORMATS];
  const start = fitLayer(gpu.caps, config, format, { subgroup: fixedSubgroupSize(gpu.caps) ?? 32, groups: GROUPS });
  if (!start) throw new Error(`no tiling for ${name}`);
  let { tiling } = start;
  let best = await time(gpu, weights, tiling);
  print({ precision: name, us: +best.toFixed(1), tiling });
  for (const phase of ['workgroup', ...PHASES] as const) {
    const [fixed, before] = [tiling, best];
    for (const changed of changes(fixed)) {
      if (changed[phase] === fixed[phase] || performance.now() - started > 1000 * Number(values.seconds)) continue;
      const us = await time(gpu, weights, changed).catch((error: unknown) => String(error).slice(0, 100));
      print({ precision: name, [phase]: changed[phase], us: typeof us === 'number' ? +us.toFixed(1) : us });
      if (typeof us === 'number' && us < 0.995 * best) [best, tiling] = [us, changed];
    }
    print({ precision: name, phase, before: +before.toFixed(1), us: +best.toFixed(1) });
  }
  print({ precision: name, us: +best.toFixed(1), tiling, seconds: Math.round((performance.now() - started) / 1000) });
  weights.destroy();
}
process.exit(0);
