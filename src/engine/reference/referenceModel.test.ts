/** The reference model against itself: chunks, forks, snapshots; and what it refuses. */
import { describe, expect, it } from 'vitest';
import { asWeightSource, ODD, randomTokens, randomWeights, TINY } from '../../../test/support/randomWeights.ts';
import type { ModelConfig } from '../rwkv7/config.ts';
import { detectConfig } from '../rwkv7/detect.ts';
import { createReferenceModel } from './referenceModel.ts';
import { loadReferenceWeights } from './weights.ts';

const FINGERPRINT = '7'.repeat(64);

async function randomModel(config: ModelConfig, format: 'f32' | 'f16' | 'q8_0' = 'f32') {
  const source = asWeightSource(config, randomWeights(config, 1), format);
  expect(detectConfig(source)).toEqual(config);
  return createReferenceModel(await loadReferenceWeights(source, config), config, { fingerprint: FINGERPRINT });
}

const CONFIGS = {
  TINY,
  ODD,
  'ODD without ln0': { ...ODD, hasEmbeddingNorm: false },
  'one layer': { ...ODD, layers: 1, ranks: { ...ODD.ranks, value: 0 } },
};

describe.each(Object.entries(CONFIGS))('reference model %s', (_, config) => {
  it('gives the same bits however the text is cut', async () => {
    const model = await randomModel(config);
    const tokens = randomTokens(config, 23, 2);
    const [whole, cut, single] = [model.createState(), model.createState(), model.createState()];
    const all = await model.prefill(whole, tokens, 'all');

    const pieces = [tokens.slice(0, 1), tokens.slice(1, 14), tokens.slice(14)];
    const joined: number[] = [];
    for (const piece of pieces) joined.push(...(await model.prefill(cut, piece, 'all')));
    const decoded: number[] = [];
    for (const token of tokens) decoded.push(...(await model.decode(single, token)));

    expect(Float32Array.from(joined)).toEqual(all);
    expect(Float32Array.from(decoded)).toEqual(all);
    expect(await model.exportState(cut)).toEqual(await model.exportState(whole));
    expect(await model.exportState(single)).toEqual(await model.exportState(whole));
  });

  it('returns the rows of logits that are wanted', async () => {
    const model = await randomModel(config);
    const tokens = randomTokens(config, 5, 3);
    const all = await model.prefill(model.createState(), tokens, 'all');
    expect(all).toHaveLength(5 * config.vocabularySize);
    expect(await model.prefill(model.createState(), tokens, 'last')).toEqual(all.slice(4 * config.vocabularySize));
    expect(await model.prefill(model.createState(), tokens, 'none')).toHaveLength(0);
  });

  it('stays finite and keeps its scale over a long text', async () => {
    const model = await randomModel(config);
    const state = model.createState();
    for (let chunk = 0; chunk < 4; chunk++) await model.prefill(state, randomTokens(config, 64, chunk), 'none');
    const logits = await model.decode(state, 1);
    const { wkv } = await model.exportState(state);
    expect(wkv.every((x) => Math.abs(x) < 1000)).toBe(true);
    const deviation = Math.hypot(...logits) / Math.sqrt(logits.length);
    expect(deviation).toBeGreaterThan(0.5);
    expect(deviation).toBeLessThan(2);
  });
});

describe('states of the reference model', () => {
  it('fork shares nothing with the original', async () => {
    const model = await randomModel(ODD);
    const parent = model.createState();
    await model.prefill(parent, [1, 2, 3], 'none');
    const before = await model.exportState(parent);
    const child = model.forkState(parent);
    const childLogits = await model.decode(child, 4);
    expect(await model.exportState(parent)).toEqual(before);
    expect(await model.exportState(child)).not.toEqual(before);
    expect(await model.decode(parent, 4)).toEqual(childLogits);
  });

  it('goes on from an imported state as if nothing had happened, and exports copies', async () => {
    const model = await randomModel(ODD);
    const state = model.createState();
    await model.prefill(state, [5, 6, 7], 'none');
    const data = await model.exportState(state);
    const expected = await model.decode(state, 8);
    const restored = model.createState();
    model.importState(restored, data);
    expect(await model.decode(restored, 8)).toEqual(expected);
    expect(await model.exportState(restored)).not.toEqual(data);
  });

  it('refuses a state of another size, tokens outside the vocabulary and chunks that are empty or too long', async () => {
    const model = await randomModel(ODD);
    const other = await (await randomModel(TINY)).exportState((await randomModel(TINY)).createState());
    const state = model.createState();
    const refusal = expect.objectContaining({ code: 'invalid-argument' }) as Error;
    expect(() => model.importState(state, other)).toThrow(refusal);
    for (const tokens of [[ODD.vocabularySize], [-1], [1.5], [], new Uint32Array(65)])
      await expect(model.prefill(state, tokens, 'last')).rejects.toThrow(refusal);
    await expect(model.prefill(state, [1, ODD.vocabularySize], 'last')).rejects.toThrow(refusal);
    expect((await model.exportState(state)).wkv.every((x) => x === 0)).toBe(true);
  });
});

describe('random weights in other formats', () => {
  it.each([
    ['f16', 0.005],
    ['q8_0', 0.1],
  ] as const)('%s is close to f32, and not the same', async (format, tolerance) => {
    const tokens = randomTokens(TINY, 16, 4);
    const logits = async (stored: 'f32' | 'f16' | 'q8_0') => {
      const model = await randomModel(TINY, stored);
      return model.prefill(model.createState(), tokens, 'last');
    };
    const [exact, rounded] = [await logits('f32'), await logits(format)];
    const difference = Math.hypot(...exact.map((x, i) => x - (rounded[i] ?? NaN))) / Math.hypot(...exact);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(tolerance);
  });
});
