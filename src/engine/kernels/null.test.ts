/** Every variant of every kernel compiles on Dawn's null backend: type checks, uniformity analysis, pipeline validation. */
import { create, globals } from 'webgpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice, type Caps, type Gpu } from '../gpu/device.ts';
import { PipelineCache, type Kernel } from '../gpu/kernel.ts';
import { linkShader, type Variant } from '../gpu/shader.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import * as kernels from './kernels.ts';
import * as decode from './decode.ts';
import { decodeLayers, decodeLayersVariant, fitLayer } from './decodeLayers.ts';
import { ALL_TILINGS } from '../../../tools/tune/matMat/tilings.ts';
import { matMatUnits, matMatUnitsVariant, UNITS_TILINGS, unitsWorkgroupBytes } from './matMatUnits.ts';
import * as sample from './sample.ts';
import * as variants from './variants.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';
import { releasedConfig } from '../rwkv7/synthetic.ts';
import { normMix, normMixInPlace, normMixVariant } from './normMix.ts';
import * as wkv from './wkv.ts';

Object.assign(globalThis, globals);
type CapsSubset = Pick<Caps, 'subgroups' | 'isCpu'>;
const CAPS: Record<string, CapsSubset> = {
  subgroups: { isCpu: false, subgroups: { min: 4, max: 128 } },
  'subgroups of 32': { isCpu: false, subgroups: { min: 32, max: 32 } },
  plain: { isCpu: false, subgroups: undefined },
  cpu: { isCpu: true, subgroups: { min: 4, max: 4 } },
  'plain cpu': { isCpu: true, subgroups: undefined },
};
const FORMATS = Object.keys(WEIGHT_LAYOUTS) as WeightFormat[];
const EPILOGUES: variants.Epilogue[] = [
  {},
  { activation: 'tanh' },
  { activation: 'sigmoid' },
  { activation: 'reluSquared' },
  { bias: true },
  { bias: true, activation: 'sigmoid' },
  { adds: true },
];

const TILE_FORMATS = ['f16', 'q8_0', 'int8', 'nf4', 'q4_0'] as const;

/** What no pipeline is made of: the null backend has too few invocations for it. */
function largeVariants(): [string, Kernel<string>, Variant][] {
  const caps = { subgroups: { min: 32, max: 32 }, maxInvocations: 1024 };
  return [['1024', sample.samplePick, sample.samplePickVariant(caps)]];
}

/** Products on matrix units: what is in use in every format and epilogue, what the tuning tries in two. */
function unitsVariants(): [string, Kernel<string>, Variant][] {
  const list: [string, Kernel<string>, Variant][] = [];
  for (const [name, tiling] of Object.entries(UNITS_TILINGS))
    for (const format of TILE_FORMATS)
      for (const epilogue of [{ out: 'f32' }, { out: 'f32', adds: true }, { out: 'f16' }] as const)
        list.push([
          `${name} ${format} ${JSON.stringify(epilogue)}`,
          matMatUnits,
          matMatUnitsVariant(tiling, format, epilogue),
        ]);
  for (const [name, tiling] of Object.entries(ALL_TILINGS))
    for (const format of tiling.tileK === 16 ? (['f16', 'q8_0'] as const) : (['f16', 'q4_0'] as const))
      list.push([`${name} ${format}`, matMatUnits, matMatUnitsVariant(tiling, format, { out: 'f32' })]);
  return list;
}

function wkvVariants(capsName: string, caps: CapsSubset): [string, Kernel<string>, Variant][] {
  return [16, 32, 64, 128].flatMap((headSize) => {
    const tuning = variants.wkvTuning(caps, headSize);
    if (!tuning) throw new Error(`no WKV for heads of ${headSize}`);
    const { items, scan } = tuning;
    const ofBatches = wkv.oneTokenScan(scan);
    const batches: [string, Kernel<string>, Variant] = [
      `${capsName} ${headSize} batches`,
      wkv.scanKernel(ofBatches),
      wkv.wkvScanVariant(ofBatches, headSize, true),
    ];
    return [true, false]
      .flatMap((flag): [string, Kernel<string>, Variant][] => [
        [`${capsName} ${headSize} ${flag}`, wkv.wkvPrepare, wkv.wkvPrepareVariant(items, headSize, flag)],
        [`${capsName} ${headSize} ${flag}`, wkv.scanKernel(scan), wkv.wkvScanVariant(scan, headSize, flag)],
        [`${capsName} ${headSize} ${flag}`, wkv.wkvFinish, wkv.wkvFinishVariant(items, headSize, flag ? 'f16' : 'f32')],
      ])
      .concat([batches]);
  });
}

/** Tunings that no adapter gets by itself. */
const SCANS: readonly wkv.ScanTuning[] = [
  ...[2, 4, 8, 16].flatMap((split): wkv.ScanTuning[] =>
    [1, 2, 4].flatMap((rows) =>
      [1, 2, 4].map((depth) => ({ path: 'direct', split, step: 2, workgroup: 32, rows, depth })),
    ),
  ),
  { path: 'shared', split: 16, step: 1, workgroup: 128, block: 4 },
  { path: 'shared', split: 4, step: 1, workgroup: 64, block: 4 },
  { path: 'staged', subgroups: true, split: 8, step: 1, workgroup: 128, block: 2 },
];

function normMixVariants(capsName: string, caps: CapsSubset): [string, Kernel<string>, Variant][] {
  const tuning = variants.normMixTuning(caps);
  const list: [string, Kernel<string>, Variant][] = [];
  for (const mixes of [1, 6] as const)
    for (const output of ['f32', 'f16'] as const)
      for (const sequences of [true, false])
        for (const inPlace of [true, false])
          list.push([
            [capsName, mixes, output, sequences, inPlace].join(' '),
            inPlace ? normMixInPlace : normMix,
            normMixVariant(tuning, { width: 2560, mixes, output, sequences, inPlace }),
          ]);
  return list;
}

function allVariants(): [string, Kernel<string>, Variant][] {
  const list: [string, Kernel<string>, Variant][] = [];
  for (const [capsName, caps] of Object.entries(CAPS)) {
    list.push([capsName, kernels.layerNorm, variants.layerNormVariant(caps)]);
    for (const mixes of [1, 6] as const)
      list.push([capsName, kernels.layerNormMix, variants.layerNormMixVariant(caps, mixes)]);
    for (const headSize of [4, 8, 16, 32, 64])
      for (const first of [true, false])
        for (const sequences of [true, false])
          list.push([
            `${capsName} ${headSize} ${first} ${sequences}`,
            kernels.timeMix,
            variants.timeMixVariant(caps, headSize, first, sequences),
          ]);
    list.push([capsName, sample.sampleScan, sample.sampleScanVariant(caps)]);
    list.push([capsName, sample.samplePick, sample.samplePickVariant({ ...caps, maxInvocations: 256 })]);
    list.push(...wkvVariants(capsName, caps), ...normMixVariants(capsName, caps));
    for (const first of [true, false]) {
      const plan = variants.cpuTimeMixPlan(caps, 64, first);
      if (!plan) continue;
      list.push([`${capsName} ${first}`, kernels.timeMixInputs, plan.inputs]);
      list.push([`${capsName} ${first}`, kernels.wkvRows, plan.rows]);
      list.push([`${capsName} ${first}`, kernels.timeMixOutputs, plan.outputs]);
    }
    for (const format of FORMATS) {
      for (const activation of ['none', 'tanh'] as const) {
        const plan = variants.cpuMatrixPlan(caps, format, { activation });
        if (!plan) continue;
        list.push([`${capsName} ${format} ${activation}`, kernels.matMatCpu, plan.matMat]);
        list.push([`${capsName} ${format} ${activation}`, kernels.matVecCpu, plan.matVec]);
      }
      for (const norm of [true, false])
        list.push([`${capsName} ${format}`, kernels.embed, variants.embedVariant(caps, format, norm)]);
      for (const epilogue of EPILOGUES)
        list.push([
          `${capsName} ${format} ${JSON.stringify(epilogue)}`,
          kernels.matVec,
          variants.matVecVariant(caps, format, epilogue),
        ]);
    }
  }
  for (const format of FORMATS)
    for (const epilogue of EPILOGUES) {
      const label = `${format} ${JSON.stringify(epilogue)}`;
      list.push([label, kernels.matMat, variants.matMatVariant(format, epilogue)]);
      list.push([label, kernels.matVecRow, variants.matVecRowVariant(format, epilogue)]);
    }
  for (const format of FORMATS) list.push([format, kernels.dequantise, variants.dequantiseVariant(format)]);
  for (const [name, kinds] of Object.entries(variants.RANDOM_WORD_KINDS))
    for (const kind of Object.values(kinds))
      list.push([`${name} ${kind}`, kernels.randomWeights, variants.randomWeightsVariant(kind, 16)]);
  list.push(['', kernels.copyWords, variants.copyWordsVariant]);
  for (const tuning of SCANS)
    list.push([JSON.stringify(tuning), wkv.scanKernel(tuning), wkv.wkvScanVariant(tuning, 64, false)]);
  return [...list, ...decodeVariants()];
}

/** The decode kernels of two released sizes, for the subgroups of real and of software adapters. */
function decodeVariants(): [string, Kernel<string>, Variant][] {
  const list: [string, Kernel<string>, Variant][] = [];
  for (const size of ['0.1b', '2.9b', '7.2b']) {
    const config = releasedConfig(size);
    const { width, ffnWidth, ranks } = config;
    for (const subgroup of [4, 8, 32, 64])
      for (const format of FORMATS.filter((name) => decode.fitsPieces(name, width))) {
        const label = `${size} ${format} ${subgroup}`;
        const parts = [width, ...Object.values(ranks)];
        const tiling = decode.chooseTiling(format, width, parts, subgroup, 'ffnKey', 32);
        const adding = decode.chooseTiling(format, ffnWidth, [width], subgroup, 'ffnValue');
        if (!tiling || !adding) throw new Error(`${label} has no tiling`);
        list.push([label, decode.decodeAdd, decode.decodeAddVariant(format, ffnWidth, adding, subgroup)]);
        // The null backend has only 16 KiB of workgroup memory; wide models are compiled by the tests on real adapters.
        if (decode.projectWorkgroupBytes(format, width, tiling) > 16384) continue;
        const shape = { format, columns: width, tokenShift: true };
        const project = (extra: Partial<decode.ProjectShape>): Variant =>
          decode.decodeProjectVariant({ ...shape, rows: width, rowsPerMix: width, ...extra }, tiling, subgroup);
        list.push([`${label} time`, decode.decodeProject, project({ rows: 3 * width, ranks })]);
        for (const readBy of ['f16', 'q4_0'] as const)
          list.push([
            `${label} channel ${readBy}`,
            decode.decodeProject,
            project({ rows: ffnWidth, rowsPerMix: ffnWidth, activation: 'reluSquared', readBy }),
          ]);
        list.push([`${label} head`, decode.decodeProject, project({ tokenShift: false })]);
      }
    for (const first of [true, false])
      for (const readBy of ['f16', 'q4_0'] as const)
        list.push([
          `${size} ${first} ${readBy}`,
          decode.decodeTimeMix,
          decode.decodeTimeMixVariant(config, first, readBy),
        ]);
  }
  return list;
}

/** Whole layers in one dispatch, for the subgroups of GPUs that may get it; more workgroup memory than this adapter has. */
function layerVariants(): [string, Kernel<string>, Variant][] {
  const slots = { count: 19, ln1: 0, ln2: 2, mix: 4, ffnMix: 10, bias: 11 };
  const caps = { maxWorkgroupBytes: 49152, maxInvocations: 1024, maxStorageBuffers: 12 };
  const list: [string, Kernel<string>, Variant][] = [];
  for (const size of ['0.1b', '2.9b', '7.2b'])
    for (const [subgroup, groups] of [
      [32, 132],
      [64, 96],
    ] as const)
      for (const format of FORMATS.filter((name) => decode.fitsPieces(name, releasedConfig(size).width))) {
        const config = releasedConfig(size);
        const fit = fitLayer(caps, config, format, { subgroup, groups });
        if (!fit) throw new Error(`${size} ${format} ${subgroup} does not fit`);
        const variant = decodeLayersVariant({ config, format, fit, slots, subgroup });
        list.push([`${size} ${format} ${subgroup}`, decodeLayers, variant]);
      }
  return list;
}

test('the kernels for CPU adapters are among them', () => {
  const names = allVariants().map(([, { name }]) => name);
  for (const name of ['mat_mat_cpu', 'mat_vec_cpu', 'time_mix_inputs', 'wkv_rows', 'time_mix_outputs'])
    expect(names).toContain(name);
});

describe('on the null backend', () => {
  const keep = globalThis as unknown as { keepNullGpu?: GPU };
  let gpu: Gpu;
  let cache: PipelineCache;

  beforeAll(async () => {
    // The object must stay reachable for as long as the device lives, or Dawn's event pump crashes the process.
    keep.keepNullGpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
    gpu = await openDevice(keep.keepNullGpu);
    cache = new PipelineCache(gpu, readShaderSources());
  });

  test.each(Object.entries({ ...UNITS_TILINGS, ...ALL_TILINGS }))(
    'tiling %s fits the workgroup memory of 48 KiB',
    (_name, tiling) => {
      expect(unitsWorkgroupBytes(tiling)).toBeLessThanOrEqual(48 * 1024);
    },
  );

  // No pipeline: this adapter has less workgroup memory than matrix units come with, and fewer invocations.
  test.each(
    [...unitsVariants(), ...largeVariants(), ...layerVariants()].map(([label, kernel, variant]) => ({
      title: `${kernel.name} ${label}`,
      kernel,
      variant,
    })),
  )('$title compiles', async ({ kernel, variant }) => {
    const module = gpu.device.createShaderModule({ code: linkShader(readShaderSources(), kernel.name, variant) });
    const { messages } = await module.getCompilationInfo();
    expect(messages.map(({ message }) => message)).toEqual([]);
  });

  test.each(allVariants().map(([label, kernel, variant]) => ({ title: `${kernel.name} ${label}`, kernel, variant })))(
    '$title compiles',
    async ({ kernel, variant }) => {
      const { pipeline } = await cache.get(kernel, variant);
      expect(pipeline.label).toContain(kernel.name);
    },
  );

  test('a broken kernel is reported', async () => {
    const broken = new PipelineCache(gpu, new Map([['kernels/layer_norm', 'fn main() { oops }']]));
    await expect(broken.get(kernels.layerNorm, {})).rejects.toThrow();
  });
});
