import { expect, test, describe } from 'vitest';
import { createCountingGpu } from '../../test/support/countingGpu.ts';
import { hugeModel } from '../../test/support/hugeModel.ts';
import { asWeightSource, ODD, randomTokens, randomWeights, REGULAR, TINY } from '../../test/support/randomWeights.ts';
import { estimateMemory, FULL_CAPS } from './estimateMemory.ts';
import { openModel } from './formats/openModel.ts';
import type { WeightSource } from './formats/weightSource.ts';
import type { Caps } from './gpu/device.ts';
import { readShaderSources } from './hosts/shaderSources.ts';
import { loadModel } from './loadModel.ts';
import type { ModelConfig } from './rwkv7/config.ts';
import { releasedConfig, releasedHeader } from './rwkv7/synthetic.ts';
import { parsePrecision, UNIFORM_PRECISIONS, type Precision } from './rwkv7/precision.ts';
import { presetSampling } from './sampling/presets.ts';
import { createSampler } from './sampling/sampler.ts';

const DEVICES: Readonly<Record<string, Caps>> = {
  'with matrix units': FULL_CAPS,
  'without matrix units': { ...FULL_CAPS, matrixUnits: undefined },
  'of plain WebGPU': { ...FULL_CAPS, matrixUnits: undefined, subgroups: undefined, shaderF16: false },
  'that bind little': { ...FULL_CAPS, maxBindingSize: 1 << 17, maxBufferSize: 1 << 18 },
  'on the CPU': { ...FULL_CAPS, matrixUnits: undefined, isCpu: true, subgroups: { min: 4, max: 4 } },
  'on the CPU without subgroups': { ...FULL_CAPS, matrixUnits: undefined, isCpu: true, subgroups: undefined },
};

/** What a model asks of a device that only counts, loaded as ever and used by one session. */
async function asked(source: WeightSource, precision: Precision, caps: Caps) {
  const gpu = createCountingGpu({ caps });
  const model = await loadModel(source, precision, { gpu, shaders: readShaderSources() });
  const state = model.createState();
  const tokens = randomTokens(model.config, Math.min(200, model.maxChunk), 1);
  for (let i = 0; i < 3; i++) await model.prefill(state, tokens, i === 2 ? 'last' : 'none');
  const { runs } = model;
  const sampler = await runs?.createSampler(1, createSampler(presetSampling('documentQuestion', 1)).memory);
  for (const steps of [1, 8, 64]) if (runs && sampler) await (await runs.decodeRun(state, steps, sampler)).result;
  sampler?.dispose();
  await model.exportState(state);
  const { weightBytes, stateBytes } = model;
  const totalBytes = gpu.counts.most;
  state.dispose();
  model.dispose();
  expect(gpu.counts.live).toBe(0);
  return { weightBytes, stateBytes, scratchBytes: totalBytes - weightBytes - stateBytes, totalBytes };
}

const MODELS: Readonly<Record<string, ModelConfig>> = { TINY, ODD, REGULAR };

describe.each(Object.keys(DEVICES))('devices %s', (device) => {
  const caps = DEVICES[device] ?? FULL_CAPS;

  test.each(Object.keys(MODELS))('are asked for what the estimate for %s says', async (name) => {
    const config = MODELS[name] ?? TINY;
    const weights = randomWeights(config, 5);
    for (const format of ['f32', 'f16', 'q8_0'] as const) {
      const source = asWeightSource(config, weights, format);
      for (const precision of [...UNIFORM_PRECISIONS, parsePrecision('f32:0,nf4:1,source')]) {
        const estimate = await estimateMemory(source, precision, caps);
        expect({ format, precision, ...estimate }).toMatchObject({
          format,
          precision,
          ...(await asked(source, precision, caps)),
        });
      }
    }
  });
});

test('a large file is estimated without reading a tensor, as its released size is', async () => {
  const source = await openModel(hugeModel('pth-bf16', releasedConfig('2.9b')));
  const read = (): never => {
    throw new Error('a tensor was read');
  };
  for (const precision of ['source', 'nf4'] as const) {
    const estimate = await estimateMemory({ ...source, read } as WeightSource, precision, FULL_CAPS);
    expect(await estimateMemory(releasedHeader('2.9b'), precision, FULL_CAPS)).toEqual(estimate);
  }
});

test('estimates of released sizes are in proportion', async () => {
  const half = await estimateMemory(releasedHeader('2.9b'), 'source', FULL_CAPS);
  // 2.95 billion parameters.
  expect(half.weightBytes / 2 / 2.95e9).toBeCloseTo(1, 1);
  const int8 = await estimateMemory(releasedHeader('2.9b'), 'int8', FULL_CAPS);
  expect(int8.totalBytes).toBeLessThan(0.65 * half.totalBytes);
});

/** MiB that `nvidia-smi` showed at most while `bench --synthetic` ran: f16, int8, nf4, int4 (docs/measurements.md). */
const SEEN: Readonly<Record<string, readonly number[]>> = {
  '0.4b': [1084, 819, 711, 628],
  '1.5b': [3345, 2309, 1665, 1573],
  '2.9b': [6184, 3780, 2707, 2579],
  '7.2b': [14480, 8518, 5454, 5326],
};

test.each(Object.keys(SEEN))('what a card was seen to hold for %s is estimated within 5 %', async (size) => {
  for (const [i, precision] of (['f16', 'int8', 'nf4', 'int4'] as const).entries()) {
    const { cardBytes } = await estimateMemory(releasedHeader(size), precision, FULL_CAPS);
    const ratio = cardBytes / ((SEEN[size]?.[i] ?? 0) * 2 ** 20);
    expect({ precision, ratio, fits: Math.abs(ratio - 1) < 0.05 }).toMatchObject({ precision, fits: true });
  }
});

test('what is no RWKV-7 has no estimate', async () => {
  const empty = { name: 'empty', tensors: new Map(), metadata: new Map() };
  await expect(estimateMemory(empty, 'source', FULL_CAPS)).rejects.toMatchObject({ code: 'model-unsupported' });
});
