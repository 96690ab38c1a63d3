/** Every variant of every kernel compiles on Dawn's null backend: type checks, uniformity analysis, pipeline validation. */
import { create, globals } from 'webgpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice, type Caps, type Gpu } from '../gpu/device.ts';
import { PipelineCache, type Kernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import * as kernels from './kernels.ts';
import * as variants from './variants.ts';

Object.assign(globalThis, globals);
type CapsSubset = Pick<Caps, 'isCpu' | 'subgroups'>;
const CAPS: Record<string, CapsSubset> = {
  subgroups: { isCpu: false, subgroups: { min: 4, max: 128 } },
  plain: { isCpu: false, subgroups: undefined },
  cpu: { isCpu: true, subgroups: { min: 4, max: 4 } },
  'plain cpu': { isCpu: true, subgroups: undefined },
};
const FORMATS = ['f32', 'f16', 'q8_0'] as const;
const EPILOGUES: variants.Epilogue[] = [
  {},
  { activation: 'tanh' },
  { activation: 'sigmoid' },
  { activation: 'reluSquared' },
  { bias: true },
  { bias: true, activation: 'sigmoid' },
  { adds: true },
];

function allVariants(): [string, Kernel<string>, Variant][] {
  const list: [string, Kernel<string>, Variant][] = [];
  for (const [capsName, caps] of Object.entries(CAPS)) {
    list.push([capsName, kernels.layerNorm, variants.layerNormVariant(caps)]);
    for (const mixes of [1, 6] as const)
      list.push([capsName, kernels.layerNormMix, variants.layerNormMixVariant(caps, mixes)]);
    for (const headSize of [16, 32, 64])
      for (const first of [true, false])
        list.push([
          `${capsName} ${headSize} ${first}`,
          kernels.timeMix,
          variants.timeMixVariant(caps, headSize, first),
        ]);
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
  for (const [name, kind] of Object.entries(variants.RANDOM_WORD_KINDS))
    list.push([name, kernels.randomWeights, variants.randomWeightsVariant(kind, 16)]);
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
