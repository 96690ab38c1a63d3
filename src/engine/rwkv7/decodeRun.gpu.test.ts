/** Runs with the sampler on the device against one token at a time with the sampler on the host. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu } from '../../../test/support/gpu.ts';
import { asWeightSource, ODD, randomTokens, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { loadModel } from '../loadModel.ts';
import { createSampler, type SamplerOptions } from '../sampling/sampler.ts';
import type { Sampling } from '../sampling/types.ts';
import type { ModelConfig } from './config.ts';
import type { Rwkv7Model } from './model.ts';
import type { DecodeRuns, StateData } from './sequenceModel.ts';
import type { GpuState } from './state.ts';

const GREEDY: Sampling = {
  ...{ temperature: 0, topP: 1, topK: 0, presencePenalty: 0, frequencyPenalty: 0, penaltyDecay: 1, seed: 1 },
};
const DRAWN: Sampling = { ...GREEDY, temperature: 1 };

const TABLE: readonly Partial<Sampling>[] = [
  {},
  { temperature: 0.3 },
  { temperature: 3 },
  { temperature: 1e-30 },
  { topP: 0 },
  { topP: 0.3 },
  { topP: 0.9, temperature: 1.5 },
  { topK: 1 },
  { topK: 7, temperature: 2 },
  { topK: 1e15 },
  { topK: 20, topP: 0.6, temperature: 1.2 },
  { presencePenalty: 0.5, frequencyPenalty: 0.4, penaltyDecay: 0.9 },
  { presencePenalty: -3, frequencyPenalty: 0, topP: 0.7 },
  { presencePenalty: 0, frequencyPenalty: 9, penaltyDecay: 0 },
  { banned: Array.from({ length: 300 }, (_, i) => i), temperature: 5 },
  { temperature: 0, presencePenalty: 2, frequencyPenalty: 1, penaltyDecay: 0.996 },
  { temperature: 0, banned: Array.from({ length: 100 }, (_, i) => 3 * i) },
];
const UNCOUNTED = new Set(Array.from({ length: 160 }, (_, i) => 2 * i));

/** Cheap, and with a vocabulary over many workgroups: sampling does not depend on what the logits come from. */
const CHEAP: ModelConfig = { ...ODD, layers: 1, vocabularySize: 3001 };

interface Outcome {
  readonly ids: number[];
  readonly state: StateData;
  readonly logits: Float32Array;
}

describe.each([{ noSubgroups: false }, { noSubgroups: true }])('no subgroups: $noSubgroups', (choice) => {
  let gpu: Gpu;
  /** With the plan of few dispatches: a second a token or so on a software adapter. */
  let regular: Rwkv7Model;
  let cheap: Rwkv7Model;
  const prompt = randomTokens(ODD, 9, 3);

  beforeAll(async () => {
    gpu = await openTestGpu({ ...choice, noMatrixUnits: true });
    regular = await load(REGULAR);
    cheap = await load(CHEAP);
  });
  afterAll(() => {
    regular.dispose();
    cheap.dispose();
    gpu.destroy();
  });

  const load = (config: ModelConfig): Promise<Rwkv7Model> =>
    loadModel(asWeightSource(config, randomWeights(config, 11), 'f16'), 'source', {
      gpu: { ...gpu, caps: { ...gpu.caps, isCpu: false } },
      shaders: readShaderSources(),
      maxChunk: 16,
    });

  function runsOf({ runs }: Rwkv7Model): DecodeRuns<GpuState> {
    if (!runs) throw new Error('the model offers no runs');
    return runs;
  }

  /** One token at a time. */
  async function stepped(
    model: Rwkv7Model,
    sampling: Sampling,
    options: SamplerOptions,
    steps: number,
  ): Promise<Outcome> {
    const state = model.createState();
    const sampler = createSampler(sampling, options);
    let logits = await model.prefill(state, prompt, 'last');
    const ids: number[] = [];
    for (;;) {
      const token = sampler.sample(logits);
      sampler.accept(token);
      ids.push(token);
      if (ids.length > steps) return { ids, logits, state: await model.exportState(state) };
      logits = await model.decode(state, token);
    }
  }

  /** The same in runs of the given lengths, two of them under way at a time. */
  async function inRuns(
    model: Rwkv7Model,
    sampling: Sampling,
    options: SamplerOptions,
    lengths: readonly number[],
  ): Promise<Outcome> {
    const state = model.createState();
    const sampler = createSampler(sampling, options);
    const first = sampler.sample(await model.prefill(state, prompt, 'last'));
    sampler.accept(first);
    const runs = runsOf(model);
    const device = await runs.createSampler(first, sampler.memory);
    const ids = [first];
    let logits = new Float32Array();
    let before: Awaited<ReturnType<typeof runs.decodeRun>> | undefined;
    for (const length of [...lengths, 0]) {
      const next = length > 0 ? await runs.decodeRun(state, length, device) : undefined;
      const result = await before?.result;
      if (result) {
        ids.push(...result.ids);
        ({ logits } = result);
      }
      before = next;
    }
    device.dispose();
    return { ids, logits, state: await model.exportState(state) };
  }

  test('greedy runs give the tokens, logits and state of single steps', async () => {
    const wanted = await stepped(regular, GREEDY, {}, 8);
    for (const lengths of [[8], [1, 2, 4, 1]]) expect(await inRuns(regular, GREEDY, {}, lengths)).toEqual(wanted);
    const longer = await stepped(cheap, GREEDY, {}, 20);
    for (const lengths of [[16, 4], Array<number>(20).fill(1)])
      expect(await inRuns(cheap, GREEDY, {}, lengths)).toEqual(longer);
  });

  test.each(TABLE.map((settings) => ({ settings, name: JSON.stringify(settings).slice(0, 90) })))(
    'draws what a sampler on the host draws: $name',
    async ({ settings }) => {
      const sampling = { ...DRAWN, ...settings, seed: 5 };
      const wanted = await stepped(cheap, sampling, { uncounted: UNCOUNTED }, 12);
      expect(await inRuns(cheap, sampling, { uncounted: UNCOUNTED }, [3, 4, 5])).toEqual(wanted);
    },
  );

  test('other work between two runs changes nothing', async () => {
    const wanted = await stepped(cheap, GREEDY, {}, 8);
    const model = cheap;
    const state = model.createState();
    const sampler = createSampler(GREEDY);
    const first = sampler.sample(await model.prefill(state, prompt, 'last'));
    const device = await runsOf(cheap).createSampler(first, sampler.memory);
    const one = await runsOf(cheap).decodeRun(state, 4, device);
    const other = model.createState();
    const between = model.prefill(other, randomTokens(ODD, 7, 8), 'all');
    const two = await runsOf(cheap).decodeRun(state, 4, device);
    await between;
    expect([first, ...(await one.result).ids, ...(await two.result).ids]).toEqual(wanted.ids);
    expect(await model.exportState(state)).toEqual(wanted.state);
  });

  test('says when every token is banned', async () => {
    const banned = Array.from({ length: CHEAP.vocabularySize }, (_, i) => i);
    for (const temperature of [0, 1]) {
      const memory = createSampler({ ...GREEDY, temperature, banned }).memory;
      const device = await runsOf(cheap).createSampler(1, memory);
      const run = await runsOf(cheap).decodeRun(cheap.createState(), 3, device);
      await expect(run.result).rejects.toMatchObject({ code: 'invalid-argument' });
    }
  });

  test('says when scores are no numbers', async () => {
    const state = cheap.createState();
    const { shift, wkv } = await cheap.exportState(state);
    cheap.importState(state, { shift, wkv: wkv.fill(Number.NaN) });
    for (const temperature of [0, 1]) {
      const device = await runsOf(cheap).createSampler(1, createSampler({ ...GREEDY, temperature }).memory);
      const run = await runsOf(cheap).decodeRun(state, 2, device);
      await expect(run.result).rejects.toMatchObject({ code: 'self-test-failed' });
    }
  });
});
