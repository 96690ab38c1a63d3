/** The WebGPU model against the reference, and the laws that sessions rely on, on tiny random models of odd shapes. */
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
import { loadModel, type LoadOptions } from '../loadModel.ts';
import { createReferenceModel } from '../reference/referenceModel.ts';
import { loadReferenceWeights } from '../reference/weights.ts';
import type { ModelConfig } from './config.ts';
import type { Rwkv7Model } from './model.ts';
import { relativeMaxError } from '../selfTest.ts';
import type { LogitsWanted } from './sequenceModel.ts';
import type { GpuState } from './state.ts';

type Format = 'f32' | 'f16' | 'q8_0';
/** The project's bound on prefill against decode; against the reference we hold ourselves to a tenth of it. */
const LAW = 1e-3;
const AGAINST_REFERENCE = 1e-4;

const formatsOf = (config: ModelConfig): Format[] =>
  config.width % 32 === 0 ? ['f32', 'f16', 'q8_0'] : ['f32', 'f16'];
const MODELS = Object.entries({ TINY, ODD }).flatMap(([name, config]) =>
  formatsOf(config).map((format) => ({ name, config, format })),
);
/** Without subgroups, or in f32, REGULAR would take the plain plan again, which the others test in less time. */
const GPU_MODELS = (['f16', 'q8_0'] as const).map((format) => ({ name: 'REGULAR', config: REGULAR, format }));
/** The plans for real GPUs must be right on software adapters too, where they would not be chosen. */
const asRealGpu = (gpu: Gpu): Gpu => ({ ...gpu, caps: { ...gpu.caps, isCpu: false } });

/** Prefills in pieces of the given lengths, repeated; returns the last logits. */
async function prefillIn(
  model: Rwkv7Model,
  state: GpuState,
  tokens: Uint32Array,
  lengths: readonly number[],
  wanted: LogitsWanted = 'last',
) {
  let logits = new Float32Array();
  for (let at = 0, i = 0; at < tokens.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    logits = await model.prefill(state, tokens.subarray(at, at + length), wanted);
    at += length;
  }
  return logits;
}

describe.each(SUBGROUP_CHOICES)('no subgroups: $noSubgroups', (choice) => {
  // f32 all through: matrix units round activations to f16 and have tests of their own.
  const deviceOptions = { ...choice, noMatrixUnits: true };
  let gpu: Gpu;
  const models: Rwkv7Model[] = [];

  beforeAll(async () => {
    gpu = await openTestGpu(deviceOptions);
  });
  afterAll(() => {
    for (const model of models) model.dispose();
    gpu.destroy();
  });

  async function load(config: ModelConfig, format: Format, options: Partial<LoadOptions> = {}): Promise<Rwkv7Model> {
    const source = asWeightSource(config, randomWeights(config, 11), format);
    const device = config === REGULAR ? asRealGpu(gpu) : gpu;
    const model = await loadModel(source, 'source', {
      gpu: device,
      shaders: readShaderSources(),
      maxChunk: 16,
      ...options,
    });
    models.push(model);
    return model;
  }

  const own = choice.noSubgroups ? MODELS : [...MODELS, ...GPU_MODELS];
  describe.each(own)('$name $format', ({ config, format }) => {
    const tokens = randomTokens(config, 37, 5);
    let model: Rwkv7Model;
    beforeAll(async () => {
      model = await load(config, format);
    });

    test('prefill and decode agree with the reference, state included', async () => {
      const source = asWeightSource(config, randomWeights(config, 11), format);
      const reference = createReferenceModel(await loadReferenceWeights(source, config), config, {
        fingerprint: '0'.repeat(64),
      });
      const expectedState = reference.createState();
      let expected = new Float32Array();
      for (const token of tokens) expected = await reference.decode(expectedState, token);
      const prefilled = model.createState();
      expect(relativeMaxError(await prefillIn(model, prefilled, tokens, [16]), expected)).toBeLessThan(
        AGAINST_REFERENCE,
      );
      const decoded = model.createState();
      let logits = new Float32Array();
      for (const token of tokens) logits = await model.decode(decoded, token);
      expect(relativeMaxError(logits, expected)).toBeLessThan(AGAINST_REFERENCE);
      for (const state of [prefilled, decoded]) {
        const data = await model.exportState(state);
        const wanted = await reference.exportState(expectedState);
        expect(relativeMaxError(data.wkv, wanted.wkv)).toBeLessThan(AGAINST_REFERENCE);
        expect(relativeMaxError(data.shift, wanted.shift)).toBeLessThan(AGAINST_REFERENCE);
      }
    });

    test('however a text is cut, the bits are the same', async () => {
      const whole = model.createState();
      const expected = await prefillIn(model, whole, tokens, [16]);
      const expectedState = await model.exportState(whole);
      for (const lengths of [[1], [3, 7], [15, 1, 2]]) {
        const state = model.createState();
        expect(await prefillIn(model, state, tokens, lengths)).toEqual(expected);
        expect(await model.exportState(state)).toEqual(expectedState);
      }
    });

    test('prefill equals one token at a time within the law', async () => {
      const a = model.createState();
      const b = model.createState();
      const prefilled = await prefillIn(model, a, tokens, [16]);
      let decoded = new Float32Array();
      for (const token of tokens) decoded = await model.decode(b, token);
      expect(relativeMaxError(prefilled, decoded)).toBeLessThan(LAW);
    });

    test('all rows of logits hold what each token alone gives', async () => {
      const chunk = tokens.subarray(0, 7);
      const all = await model.prefill(model.createState(), chunk, 'all');
      const state = model.createState();
      for (let t = 0; t < chunk.length; t++) {
        const one = await model.prefill(state, chunk.subarray(t, t + 1), 'last');
        expect(
          relativeMaxError(all.subarray(t * config.vocabularySize, (t + 1) * config.vocabularySize), one),
        ).toBeLessThan(LAW);
      }
    });

    test('a fork leaves its parent as it was, and export → import gives the very same next logits', async () => {
      const parent = model.createState();
      await prefillIn(model, parent, tokens, [16]);
      const before = await model.exportState(parent);
      const fork = model.forkState(parent);
      await model.decode(fork, 7);
      await model.prefill(fork, tokens.subarray(0, 9), 'none');
      expect(await model.exportState(parent)).toEqual(before);
      expect(await model.exportState(fork)).not.toEqual(before);
      const restored = model.createState();
      model.importState(restored, before);
      expect(await model.decode(restored, 9)).toEqual(await model.decode(parent, 9));
    });
  });

  test('matrices split over several bindings give the same bits', async () => {
    const whole = await load(TINY, 'f16');
    // 32 rows of the widest matrix: every real adapter binds more.
    const small: Gpu = { ...gpu, caps: { ...gpu.caps, maxBindingSize: 32 * 4 * TINY.ffnWidth } };
    const split = await load(TINY, 'f16', { gpu: small });
    const tokens = randomTokens(TINY, 12, 3);
    expect(await split.prefill(split.createState(), tokens, 'last')).toEqual(
      await whole.prefill(whole.createState(), tokens, 'last'),
    );
    expect(await split.decode(split.createState(), 5)).toEqual(await whole.decode(whole.createState(), 5));
  });

  test('a token outside the vocabulary is refused and changes nothing', async () => {
    const model = await load(TINY, 'f32');
    const state = model.createState();
    const before = await model.exportState(state);
    await expect(model.decode(state, TINY.vocabularySize)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await model.exportState(state)).toEqual(before);
  });

  test('concurrent calls on two states do not mix', async () => {
    const model = await load(TINY, 'f16');
    const tokens = [randomTokens(TINY, 10, 1), randomTokens(TINY, 10, 2)];
    const alone = [];
    for (const own of tokens) alone.push(await model.prefill(model.createState(), own, 'last'));
    const together = await Promise.all(tokens.map((own) => model.prefill(model.createState(), own, 'last')));
    expect(together).toEqual(alone);
  });
});

/** Activations in f16 between products: a thousandth or so each; the mean over many is what counts. */
const MATRIX_UNITS = 1e-2;

describe('on matrix units', () => {
  test.each(['f16', 'q8_0'] as const)(
    'prefill agrees with the reference and does not depend on cuts, %s',
    async (format) => {
      const gpu = await openTestGpu();
      const source = asWeightSource(REGULAR, randomWeights(REGULAR, 11), format);
      const model = await loadModel(source, 'source', { gpu, shaders: readShaderSources() });
      if (!gpu.caps.matrixUnits || gpu.caps.isCpu) {
        // Software adapters have none: then the plain plan's chunk is what the model takes.
        expect(model.maxChunk).toBe(gpu.caps.isCpu ? 32 : 256);
        return;
      }
      const tokens = randomTokens(REGULAR, 300, 5);
      const reference = createReferenceModel(await loadReferenceWeights(source, REGULAR), REGULAR, {
        fingerprint: '0'.repeat(64),
      });
      const wantedState = reference.createState();
      for (let at = 0; at < 76; at++) await reference.decode(wantedState, tokens[at] ?? 0);
      const wanted = await reference.decode(wantedState, tokens[76] ?? 0);
      const state = model.createState();
      expect(relativeMaxError(await model.prefill(state, tokens.subarray(0, 77), 'last'), wanted)).toBeLessThan(
        MATRIX_UNITS,
      );
      const whole = model.createState();
      const logits = await model.prefill(whole, tokens, 'last');
      const expected = await model.exportState(whole);
      for (const lengths of [[1], [3, 70], [64, 65, 1], [150]]) {
        const cut = model.createState();
        expect(await prefillIn(model, cut, tokens, lengths)).toEqual(logits);
        expect(await model.exportState(cut)).toEqual(expected);
      }
    },
  );
});

describe('a lost device', () => {
  test('is reported with its code, and so is every later call', async () => {
    const gpu = await openTestGpu();
    const model = await loadModel(asWeightSource(TINY, randomWeights(TINY, 1), 'f32'), 'source', {
      gpu,
      shaders: readShaderSources(),
    });
    const state = model.createState();
    gpu.device.destroy(); // as a driver reset would, not through our own destroy()
    await expect(model.decode(state, 1)).rejects.toMatchObject({ code: 'device-lost' });
    await expect(model.exportState(state)).rejects.toMatchObject({ code: 'device-lost' });
  });
});

/** One small layer: the law is about the recurrence, and a software adapter needs a millisecond for each of its steps. */
const MINI: ModelConfig = { ...ODD, layers: 1, width: 16, heads: 1, ffnWidth: 32 };

test('50,000 tokens leave a finite state and no more memory in use', { timeout: 600_000 }, async () => {
  const gpu = await openTestGpu();
  const source = asWeightSource(MINI, randomWeights(MINI, 4), 'f32');
  const model = await loadModel(source, 'source', { gpu, shaders: readShaderSources(), maxChunk: 500 });
  const state = model.createState();
  const tokens = randomTokens(MINI, 500, 6);
  const warmUp = 10;
  let rss = 0;
  for (let chunk = 0; chunk < 100; chunk++) {
    await model.prefill(state, tokens, 'none');
    if (chunk === warmUp) ({ rss } = process.memoryUsage());
  }
  const grown = process.memoryUsage().rss - rss;
  const { wkv, shift } = await model.exportState(state);
  expect([...wkv, ...shift].every(Number.isFinite)).toBe(true);
  expect(grown).toBeLessThan(64 << 20);
});
