/**
 * Times every sensible tiling of the decode kernels on this machine's GPU, one JSON line a measurement, fastest last:
 * what `src/engine/kernels/decode.ts` chooses by.
 *   node scripts/run.mjs tools/tune/decode.ts [--size 2.9b] [--formats f16,int8,nf4,q4_0] [--seconds 100] [--adapter NAME]
 */
import { parseArgs } from 'node:util';
import { storageBuffer, uniformBuffer } from '../../src/engine/gpu/buffers.ts';
import type { Gpu } from '../../src/engine/gpu/device.ts';
import { bind, PipelineCache, type Kernel } from '../../src/engine/gpu/kernel.ts';
import type { Variant } from '../../src/engine/gpu/shader.ts';
import { openNodeGpu } from '../../src/engine/hosts/gpu.ts';
import { dataFolder } from '../../src/engine/hosts/paths.ts';
import { readShaderSources } from '../../src/engine/hosts/shaderSources.ts';
import * as decode from '../../src/engine/kernels/decode.ts';
import { randomWeights } from '../../src/engine/kernels/kernels.ts';
import { RANDOM_WORD_KINDS, randomWeightsVariant } from '../../src/engine/kernels/variants.ts';
import {
  pieceColumns,
  rowByteLength,
  rowScaleByteLength,
  type WeightFormat,
} from '../../src/engine/kernels/weightFormats.ts';
import { releasedConfig } from '../../src/engine/rwkv7/synthetic.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2.9b' },
    formats: { type: 'string', default: 'f16,int8,nf4,q4_0' },
    seconds: { type: 'string', default: '100' },
    adapter: { type: 'string', default: 'gpu' },
    warm: { type: 'string', default: '100' },
    only: { type: 'string' },
    kernels: { type: 'string', default: 'mix,projections,ffnKey,output,ffnValue,head' },
  },
});
const deadline = performance.now() + 1000 * Number(values.seconds);
const wanted = new Set(values.kernels.split(','));

/** More than any cache holds: each dispatch of a measurement reads other weights. */
const ROTATED_BYTES = 400 << 20;
const DISPATCHES = 64;
const REPEATS = 5;
/** Idle GPUs slow their clocks: each measurement follows at least so much work without a gap. */
const WARM_UP_MS = Number(values.warm);

const gpu = await openNodeGpu({ adapter: values.adapter, cacheFolder: dataFolder() });
const cache = new PipelineCache(gpu, readShaderSources());
const config = releasedConfig(values.size);
const subgroup = decode.fixedSubgroupSize(gpu.caps) ?? 32;
const print = (line: object): void => {
  console.log(JSON.stringify(line));
};
print({ adapter: gpu.caps.name, size: values.size, subgroup });

interface Weights {
  readonly bytes: number;
  readonly copies: readonly { readonly weights: GPUBuffer; readonly scales: GPUBuffer }[];
}

async function fill(device: Gpu, words: GPUBuffer, kind: number): Promise<void> {
  const pipeline = await cache.get(randomWeights, randomWeightsVariant(kind, 1024));
  const encoder = device.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline.pipeline);
  pass.setBindGroup(0, bind(device, pipeline, { words }));
  pass.dispatchWorkgroups(1024);
  pass.end();
  device.device.queue.submit([encoder.finish()]);
}

async function makeWeights(format: WeightFormat, rows: number, columns: number): Promise<Weights> {
  const weightBytes = rows * rowByteLength(format, columns);
  const scaleBytes = rows * rowScaleByteLength(format, columns);
  const bytes = weightBytes + scaleBytes;
  const copies = [];
  for (let i = 0; i < Math.max(2, Math.min(16, Math.ceil(ROTATED_BYTES / bytes))); i++) {
    const weights = storageBuffer(gpu, 'weights', weightBytes);
    const scales = storageBuffer(gpu, 'scales', scaleBytes);
    await fill(gpu, weights, RANDOM_WORD_KINDS[format].weights);
    await fill(gpu, scales, RANDOM_WORD_KINDS[format].scales);
    copies.push({ weights, scales });
  }
  return { bytes, copies };
}

const freed = (made: Weights): void => {
  for (const { weights, scales } of made.copies) {
    weights.destroy();
    scales.destroy();
  }
};

const zeros = (length: number): GPUBuffer => storageBuffer(gpu, 'zeros', 4 * length);
const vectors = storageBuffer(gpu, 'vectors', 4 * 40 * config.width);
gpu.device.queue.writeBuffer(
  vectors,
  0,
  Float32Array.from({ length: 40 * config.width }, (_, i) => Math.sin(i) * 0.5 + 0.2),
);
const x = storageBuffer(gpu, 'x', 4 * config.ffnWidth);
gpu.device.queue.writeBuffer(
  x,
  0,
  Float32Array.from({ length: config.ffnWidth }, (_, i) => Math.cos(1.7 * i)),
);
const shift = zeros(2 * config.width);
const normed = zeros(config.width);
const out = zeros(70_000);
const input = zeros(2 * config.ffnWidth);
const residual = zeros(config.ffnWidth);
const shape = uniformBuffer(gpu, 'shape', 4);
gpu.device.queue.writeBuffer(shape, 0, Uint32Array.from([0, config.width / 2, 0, 0]));
const { ranks, width, ffnWidth } = config;
const rankSum = ranks.decay + ranks.iclr + ranks.gate + ranks.value;
const adaptersIn = storageBuffer(gpu, 'adapters', 2 * rankSum * width);
await fill(gpu, adaptersIn, RANDOM_WORD_KINDS.f16.weights);
const adaptersOut = storageBuffer(gpu, 'adapters', 2 * rankSum * width);
await fill(gpu, adaptersOut, RANDOM_WORD_KINDS.f16.weights);

/** Microseconds a dispatch in a chain, the median over repeats; the pipeline's groups are used in turn. */
async function time(pipeline: GPUComputePipeline, groups: readonly GPUBindGroup[], grid: number): Promise<number> {
  const chain = (): void => {
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (let i = 0; i < DISPATCHES; i++) {
      pass.setBindGroup(0, groups[i % groups.length]);
      pass.dispatchWorkgroups(grid);
    }
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
  };
  const started = performance.now();
  while (performance.now() - started < WARM_UP_MS) {
    chain();
    await gpu.device.queue.onSubmittedWorkDone();
  }
  const runs: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    chain();
    await gpu.device.queue.onSubmittedWorkDone();
    runs.push((1000 * (performance.now() - start)) / DISPATCHES);
  }
  gpu.check();
  return runs.sort((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? Number.NaN;
}

async function measure<B extends string>(
  label: object,
  kernel: Kernel<B>,
  variant: Variant,
  made: Weights | undefined,
  bound: (copy: { weights: GPUBuffer; scales: GPUBuffer }) => Record<B, GPUBuffer>,
  grid: number,
  extraBytes = 0,
): Promise<void> {
  if (performance.now() > deadline) return;
  try {
    const pipeline = await cache.get(kernel, variant);
    const copies = made?.copies ?? [{ weights: out, scales: out }];
    const groups = copies.map((copy) => bind(gpu, pipeline, bound(copy)));
    const microseconds = await time(pipeline.pipeline, groups, grid);
    const bytes = (made?.bytes ?? 0) + extraBytes;
    print({
      kernel: kernel.name,
      ...label,
      us: +microseconds.toFixed(2),
      TBps: +(bytes / microseconds / 1e6).toFixed(3),
    });
  } catch (error) {
    print({ kernel: kernel.name, ...label, error: String(error).slice(0, 300) });
  }
}

function tilings(
  format: WeightFormat,
  columns: number,
  multiple: number,
  dividing: readonly number[],
  across: boolean,
) {
  const pieces = columns / pieceColumns(format);
  const list: decode.RowTiling[] = [];
  for (const workgroup of [128, 256, 512])
    for (let team = 16; team <= (across ? workgroup : subgroup); team *= 2) {
      if (pieces < team || team > workgroup || pieces / team > 40) continue;
      for (const rowsPerTeam of [1, 2, 4] as const) {
        const tiling = { workgroup, team, rowsPerTeam };
        const rows = decode.rowsPerGroup(tiling);
        if (rows % multiple === 0 && rows <= 64 && dividing.every((n) => n % rows === 0)) list.push(tiling);
      }
    }
  return values.only === undefined
    ? list
    : list.filter((t) => values.only?.split(',').includes(`${t.workgroup}:${t.team}:${t.rowsPerTeam}`));
}

/** The same with several numbers of workgroups, the plausible ones only. */
function withGroups(list: readonly decode.RowTiling[]): decode.RowTiling[] {
  return list
    .filter(({ workgroup, team }) => workgroup >= 128 && team >= 8)
    .flatMap((tiling) =>
      [264, 528, 1056].filter((n) => n * tiling.workgroup <= 1056 * 256).map((groups) => ({ ...tiling, groups })),
    );
}

if (wanted.has('mix')) {
  const wkv = storageBuffer(gpu, 'wkv', 4 * config.heads * 4096);
  for (const format of ['f16', 'q4_0'] as const) {
    // What follows is measured with it: reading ahead pays in the next dispatch. See `anser bench --profile`.
    const next = await makeWeights(format, width, width);
    const later = await makeWeights(format, ffnWidth, width);
    for (const ahead of [0, 48, 92, 184].flatMap((groups) =>
      (groups === 0 ? [0] : [0, 12, 24]).map((megabytes) => ({ groups, partBytes: megabytes << 20 })),
    ))
      await measure(
        { readBy: format, ...ahead },
        decode.decodeTimeMix,
        decode.decodeTimeMixVariant(config, false, format, ahead),
        next,
        ({ weights }) => ({
          ...{ proj: input, adapters: adaptersOut, vectors, vFirst: normed, wkv, out, shape, ahead: weights },
          aheadPart: later.copies[0]?.weights ?? weights,
        }),
        config.heads + ahead.groups,
        2 * rankSum * width + config.heads * 4096 * 8,
      );
    freed(next);
    freed(later);
  }
}

for (const format of values.formats.split(',') as WeightFormat[]) {
  const integers = decode.integerInput(format);
  for (const [name, rows, extra] of [
    ['projections', 3 * width, { rowsPerMix: width, tokenShift: true, ranks }],
    ['ffnKey', ffnWidth, { rowsPerMix: ffnWidth, tokenShift: true, activation: 'reluSquared', readBy: format }],
    ['head', 65536, { rowsPerMix: 65536, tokenShift: false }],
  ] as const) {
    if (!wanted.has(name) || (name === 'head' && format !== 'f16')) continue;
    const made = await makeWeights(format, rows, width);
    const dividing = name === 'projections' ? [width, ...Object.values(ranks)] : [rows];
    const adapters = name === 'projections' ? rankSum : 0;
    const multiple = name === 'ffnKey' && integers ? 32 : 1;
    for (const tiling of withGroups(tilings(format, width, multiple, dividing, false))) {
      await measure(
        { name, format, ...tiling },
        decode.decodeProject,
        decode.decodeProjectVariant({ format, columns: width, rows, ...extra }, tiling, subgroup),
        made,
        ({ weights, scales }) => ({ weights, scales, adapters: adaptersIn, x, vectors, shift, normed, out, shape }),
        decode.projectGroups({ format, columns: width, rows, ...extra }, tiling),
        2 * adapters * width,
      );
    }
    freed(made);
  }
  for (const [name, columns] of [
    ['output', width],
    ['ffnValue', ffnWidth],
  ] as const) {
    if (!wanted.has(name)) continue;
    const made = await makeWeights(format, width, columns);
    for (const tiling of tilings(format, columns, 1, [width], true))
      await measure(
        { name, format, ...tiling },
        decode.decodeAdd,
        decode.decodeAddVariant(format, columns, tiling, subgroup),
        made,
        ({ weights, scales }) => ({ weights, scales, input, inputScales: normed, x: residual, normed, shift, shape }),
        width / decode.rowsPerGroup(tiling),
      );
    freed(made);
  }
}
process.exit(0);
