/** Decoding many sequences at once against decoding each alone, on tiny random models of odd shapes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGpu, SUBGROUP_CHOICES } from '../../../test/support/gpu.ts';
import {
  asWeightSource,
  ODD,
  randomTokens,
  randomWeights,
  REGULAR,
  TINY,
} from '../../../test/support/randomWeights.ts';
import type { Gpu } from '../gpu/device.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { loadModel } from '../loadModel.ts';
import { relativeMaxError } from '../selfTest.ts';
import { wkvLength, type ModelConfig } from './config.ts';
import type { Rwkv7Model } from './model.ts';
import type { GpuState } from './state.ts';

type Format = 'f32' | 'f16' | 'q8_0';

/** On CPU adapters all is f32, but summed in another order. */
const ROUNDING = 1e-5;
/** The project's bound on many rows against one: GPUs decode with a plan of their own. */
const LAW = 1e-3;
/** Matrix units round activations to f16: a thousandth or so each; the mean over many is what counts. */
const AGAINST_F16 = 1e-2;
/** The heads of 8 take the WKV in one kernel. */
const SMALL_HEADS: ModelConfig = { ...ODD, layers: 2, heads: 6, headSize: 8 };

const MODELS = [
  { name: 'TINY', config: TINY, format: 'q8_0' },
  { name: 'ODD', config: ODD, format: 'f32' },
  { name: 'small heads', config: SMALL_HEADS, format: 'f16' },
] as const;

const load = (gpu: Gpu, config: ModelConfig, format: Format): Promise<Rwkv7Model> =>
  loadModel(asWeightSource(config, randomWeights(config, 11), format), 'source', {
    ...{ gpu, shaders: readShaderSources(), maxChunk: 16 },
  });

/** States after prefixes of different lengths. */
async function prefixed(model: Rwkv7Model, count: number): Promise<GpuState[]> {
  const states: GpuState[] = [];
  for (let i = 0; i < count; i++) {
    const state = model.createState();
    await model.prefill(state, randomTokens(model.config, 1 + ((5 * i) % 13), 20 + i), 'none');
    states.push(state);
  }
  return states;
}

/** `steps` steps of `count` sequences in a batch and of each alone: the largest error of all logits and states. */
async function largestError(model: Rwkv7Model, count: number, steps: number): Promise<number> {
  const { vocabularySize } = model.config;
  const states = await prefixed(model, count);
  const batch = await model.createBatch(states);
  expect(batch.size).toBe(count);
  const errors: number[] = [];
  for (let step = 0; step < steps; step++) {
    const tokens = randomTokens(model.config, count, 100 + step);
    const together = await batch.step(tokens);
    expect(together).toHaveLength(count * vocabularySize);
    for (const [i, state] of states.entries()) {
      const alone = await model.decode(state, tokens[i] ?? 0);
      errors.push(relativeMaxError(together.subarray(i * vocabularySize, (i + 1) * vocabularySize), alone));
    }
  }
  for (const [i, state] of states.entries()) {
    const stored = batch.store(i);
    const [data, wanted] = [await model.exportState(stored), await model.exportState(state)];
    errors.push(relativeMaxError(data.wkv, wanted.wkv), relativeMaxError(data.shift, wanted.shift));
    stored.dispose();
    state.dispose();
  }
  batch.dispose();
  return Math.max(...errors);
}

/** A sequence's logits and state do not depend on the others of its batch, nor on its place there. */
async function expectSameBits(model: Rwkv7Model): Promise<void> {
  const states = await prefixed(model, 9);
  const [first, ...others] = states;
  if (!first) throw new Error('no state');
  const few = await model.createBatch([first, others[0] ?? first]);
  const many = await model.createBatch([...others, first]);
  for (const token of [1, 2]) {
    const wanted = await few.step([token, 3], [0]);
    expect(await many.step([4, 5, 6, 7, 8, 9, 10, 11, token], [8])).toEqual(wanted);
  }
  expect(await model.exportState(many.store(8))).toEqual(await model.exportState(few.store(0)));
  few.dispose();
  many.dispose();
}

describe.each(SUBGROUP_CHOICES)('no subgroups: $noSubgroups', (choice) => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu({ ...choice, noMatrixUnits: true });
  });
  afterAll(() => {
    gpu.destroy();
  });

  describe.each(MODELS)('$name $format', ({ config, format }) => {
    let model: Rwkv7Model;
    beforeAll(async () => {
      model = await load(gpu, config, format);
    });
    afterAll(() => {
      model.dispose();
    });

    test.each([1, 2, 3, 17])('%i sequences decode as each alone, states included', async (count) => {
      expect(await largestError(model, count, 3)).toBeLessThan(gpu.caps.isCpu ? ROUNDING : LAW);
    });

    test('the bits of a sequence do not depend on the others', async () => {
      await expectSameBits(model);
    });
  });
});

describe('a batch', () => {
  let gpu: Gpu;
  let model: Rwkv7Model;
  beforeAll(async () => {
    gpu = await openTestGpu({ noMatrixUnits: true });
    model = await load(gpu, ODD, 'f32');
  });
  afterAll(() => {
    model.dispose();
    gpu.destroy();
  });

  test('may be as large as the largest', async () => {
    expect(await largestError(model, 64, 1)).toBeLessThan(gpu.caps.isCpu ? ROUNDING : LAW);
  });

  test('gives the logits that are wanted, in the order wanted, and advances all', async () => {
    const states = await prefixed(model, 4);
    const [all, some] = [await model.createBatch(states), await model.createBatch(states)];
    const tokens = randomTokens(ODD, 4, 1);
    expect(await some.step(tokens, [])).toHaveLength(0);
    await all.step(tokens);
    const logits = await all.step(tokens);
    const row = (i: number): number[] => [...logits.subarray(i * ODD.vocabularySize, (i + 1) * ODD.vocabularySize)];
    expect([...(await some.step(tokens, [3, 1]))]).toEqual([...row(3), ...row(1)]);
    expect(await model.exportState(some.store(2))).toEqual(await model.exportState(all.store(2)));
  });

  test('forks: one state many times, itself unchanged, and a stored state shares nothing with the batch', async () => {
    const [state] = await prefixed(model, 1);
    if (!state) throw new Error('no state');
    const before = await model.exportState(state);
    const batch = await model.createBatch([state, state, state]);
    await batch.step([1, 2, 1]);
    expect(await model.exportState(state)).toEqual(before);
    const [a, b, c] = [batch.store(0), batch.store(1), batch.store(2)];
    const first = await model.exportState(a);
    expect(await model.exportState(c)).toEqual(first);
    expect(await model.exportState(b)).not.toEqual(first);
    await batch.step([3, 3, 3]);
    batch.dispose();
    expect(await model.exportState(a)).toEqual(first);
    await model.decode(a, 5);
  });

  test('steps that are not awaited follow each other', async () => {
    const states = await prefixed(model, 2);
    const [one, two] = [await model.createBatch(states), await model.createBatch(states)];
    await one.step([1, 2]);
    const wanted = await one.step([3, 4]);
    const [, , logits] = await Promise.all([two.step([1, 2]), model.decode(model.createState(), 9), two.step([3, 4])]);
    expect(logits).toEqual(wanted);
  });

  test('refuses what it cannot do, and nothing has changed then', async () => {
    const refused = { code: 'invalid-argument' };
    const states = await prefixed(model, 1);
    await expect(model.createBatch([])).rejects.toMatchObject(refused);
    await expect(model.createBatch(Array.from({ length: 65 }, () => states[0] as GpuState))).rejects.toMatchObject(
      refused,
    );
    const batch = await model.createBatch([...states, ...states]);
    for (const tokens of [[1], [1, 2, 3], [], [1, ODD.vocabularySize], [-1, 1]])
      await expect(batch.step(tokens)).rejects.toMatchObject(refused);
    for (const index of [2, -1, 0.5]) {
      await expect(batch.step([1, 2], [index])).rejects.toMatchObject(refused);
      await expect(Promise.resolve().then(() => batch.store(index))).rejects.toMatchObject(refused);
    }
    expect(await model.exportState(batch.store(1))).toEqual(await model.exportState(states[0] as GpuState));
  });

  test.each([
    // The largest binding is a layer's WKV matrices of all sequences, not all layers'.
    { limit: 'maxBindingSize', bytes: (4 * 64 * wkvLength(ODD)) / ODD.layers },
    { limit: 'maxBufferSize', bytes: 4 * 64 * wkvLength(ODD) },
  ])('just within $limit it is made, and a byte beyond refused with its code', async ({ limit, bytes }) => {
    for (const missing of [0, 1]) {
      const small = await load({ ...gpu, caps: { ...gpu.caps, [limit]: bytes - missing } }, ODD, 'f32');
      const state = small.createState();
      const made = small.createBatch(Array.from({ length: 64 }, () => state));
      if (missing === 0) expect(await made).toMatchObject({ size: 64 });
      else await expect(made).rejects.toMatchObject({ code: 'out-of-memory' });
      small.dispose();
    }
  });
});

describe('on a GPU', () => {
  const asRealGpu = (gpu: Gpu): Gpu => ({ ...gpu, caps: { ...gpu.caps, isCpu: false } });

  /** The plan for real GPUs must be right on software adapters too, where it would not be chosen. */
  test('without matrix units a batch decodes as each sequence alone', async () => {
    const gpu = await openTestGpu({ noMatrixUnits: true });
    const model = await load(asRealGpu(gpu), REGULAR, 'f16');
    expect(await largestError(model, 3, 2)).toBeLessThan(LAW);
    model.dispose();
    gpu.destroy();
  });

  test.each(['f16', 'q8_0'] as const)('on matrix units sequences decode as each alone, %s', async (format) => {
    const gpu = await openTestGpu();
    const model = await load(gpu, REGULAR, format);
    const units = gpu.caps.matrixUnits !== undefined && !gpu.caps.isCpu;
    // Software adapters have none: there the plain plan is what the batch takes.
    expect(model.maxChunk).toBe(units ? 128 : 16);
    if (units) {
      for (const count of [1, 3, 17, 64]) expect(await largestError(model, count, 2)).toBeLessThan(AGAINST_F16);
      await expectSameBits(model);
    }
    model.dispose();
    gpu.destroy();
  });
});
