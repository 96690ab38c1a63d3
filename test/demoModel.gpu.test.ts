/** The laws on the model that ships with Anser, through the same doors as the terminal: openAnser, sessions, snapshots. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAnser, openModelFile, type Anser } from '../src/engine/hosts/node.ts';
import { presetSampling } from '../src/engine/sampling/presets.ts';
import { relativeMaxError, selfTest } from '../src/engine/selfTest.ts';

const TEXT = 'The lighthouse was built in 1851. Its keeper lived alone with a cat.\nEvery evening he lit the lamp.';
const LAW = 1e-3;

describe('the demo model', () => {
  const data = mkdtempSync(join(tmpdir(), 'anser-test-'));
  let anser: Anser;
  let tokens: Uint32Array;

  beforeAll(async () => {
    anser = await openAnser({ dataFolder: data });
    tokens = anser.tokenizer.encode(TEXT);
  });
  afterAll(async () => {
    await anser.dispose();
    rmSync(data, { recursive: true });
  });

  async function lastLogits(lengths: readonly number[]): Promise<Float32Array> {
    const state = anser.model.createState();
    let logits = new Float32Array();
    for (let at = 0, i = 0; at < tokens.length; i++) {
      const length = Math.min(lengths[i % lengths.length] ?? 1, anser.model.maxChunk);
      logits = await anser.model.prefill(state, tokens.subarray(at, at + length), 'last');
      at += length;
    }
    state.dispose();
    return logits;
  }

  test('agrees with the plain reference', async () => {
    const weights = await openModelFile(anser.modelPath);
    const result = await selfTest(anser.model, weights, [...tokens.subarray(0, 12)]);
    await weights.close();
    expect(result).toMatchObject({ passed: true, sameBestToken: true });
  });

  test('reads a text the same way in one piece, in two, and token by token', async () => {
    const whole = await lastLogits([anser.model.maxChunk]);
    expect(await lastLogits([11, tokens.length])).toEqual(whole);
    const state = anser.model.createState();
    let stepwise = new Float32Array();
    for (const token of tokens) stepwise = await anser.model.decode(state, token);
    state.dispose();
    expect(relativeMaxError(whole, stepwise)).toBeLessThan(LAW);
  });

  test('goes on from a snapshot and from a fork with the very same text, and the parent stays as it was', async () => {
    const answer = async (session: ReturnType<typeof anser.sessions.open>): Promise<string> => {
      let text = '';
      for await (const event of session.generate({
        sampling: presetSampling('chat', 7),
        stop: ['\n\n'],
        maxTokens: 12,
      }))
        if (event.type === 'text') text += event.text;
      return text;
    };
    const parent = anser.sessions.open();
    await parent.prefill(anser.tokenizer.encode(`User: ${TEXT}\nWho lived there?\n\nAssistant:`));
    const before = await parent.stateHash();
    const saved = await parent.save('law');
    const fork = parent.fork();
    const forked = await answer(fork);
    expect(await parent.stateHash()).toBe(before);
    const restored = await anser.sessions.restore(saved.id);
    expect(await restored.stateHash()).toBe(before);
    expect(await answer(restored)).toBe(forked);
    expect(await answer(parent)).toBe(forked);
    expect(await parent.stateHash()).toBe(await restored.stateHash());
  });
});
