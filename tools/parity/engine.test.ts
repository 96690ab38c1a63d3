import { describe, expect, it } from 'vitest';
import { createReferenceModel } from '../../src/engine/reference/referenceModel.ts';
import { loadReferenceWeights } from '../../src/engine/reference/weights.ts';
import { createTokenizer } from '../../src/engine/tokenizer/tokenizer.ts';
import { asWeightSource, ODD, randomTokens, randomWeights } from '../../test/support/randomWeights.ts';
import { bestOf, lossOf, ownEngine } from './engine.ts';

/** Chunks of three, so that texts cross their borders. */
async function oddModel() {
  const weights = await loadReferenceWeights(asWeightSource(ODD, randomWeights(ODD, 1), 'f32'), ODD);
  return createReferenceModel(weights, ODD, { fingerprint: '0'.repeat(64), maxChunk: 3 });
}

const bytes = createTokenizer(new Map(Array.from({ length: 256 }, (_, byte) => [byte + 1, Uint8Array.of(byte)])));

describe('our engine', () => {
  it('gives each token the loss of its logit, whatever the chunks', async () => {
    const model = await oddModel();
    const tokens = [...randomTokens(ODD, 8, 2)];
    const losses = await ownEngine('odd', { model, tokenizer: bytes }, () => Promise.resolve()).losses(tokens);
    const state = model.createState();
    const expected: number[] = [];
    for (const [i, token] of tokens.slice(0, -1).entries())
      expected.push(lossOf(await model.decode(state, token), tokens[i + 1] ?? NaN));
    expect(losses).toEqual(expected);
    expect(losses.every((loss) => loss > 0)).toBe(true);
  });

  it('continues with the best token of each step', async () => {
    const model = await oddModel();
    const prompt = [...randomTokens(ODD, 4, 3)];
    const steps = await ownEngine('odd', { model, tokenizer: bytes }, () => Promise.resolve()).continueGreedily(
      prompt,
      5,
    );
    const state = model.createState();
    for (const token of prompt.slice(0, -1)) await model.decode(state, token);
    let last = prompt.at(-1) ?? NaN;
    for (const step of steps) {
      const logits = await model.decode(state, last);
      expect(step).toEqual(bestOf(logits));
      last = step.token;
    }
    expect(steps).toHaveLength(5);
  });
});

describe('our choices along a continuation', () => {
  it('along its own greedy continuation are that continuation', async () => {
    const own = ownEngine('odd', { model: await oddModel(), tokenizer: bytes }, () => Promise.resolve());
    const prompt = [...randomTokens(ODD, 4, 3)];
    const steps = await own.continueGreedily(prompt, 7);
    const choices = await own.choicesAlong(
      prompt,
      steps.map(({ token }) => token),
    );
    expect(choices).toEqual(steps);
  });

  it('along another one are the same up to its first foreign token, and then differ from it', async () => {
    const own = ownEngine('odd', { model: await oddModel(), tokenizer: bytes }, () => Promise.resolve());
    const prompt = [...randomTokens(ODD, 4, 3)];
    const greedy = await own.continueGreedily(prompt, 7);
    const other = greedy.map(({ token }, i) => (i === 3 ? (token + 1) % ODD.vocabularySize : token));
    const choices = await own.choicesAlong(prompt, other);
    expect(choices.slice(0, 4)).toEqual(greedy.slice(0, 4));
    expect(choices[3]?.token).not.toBe(other[3]);
    expect(choices).toHaveLength(7);
  });
});

describe('logits', () => {
  it('loss is −ln softmax, large logits too', () => {
    expect(lossOf(Float32Array.of(0, 0, 0, 0), 2)).toBeCloseTo(Math.log(4), 12);
    expect(lossOf(Float32Array.of(1000, 999), 1)).toBeCloseTo(1 + Math.log(1 + Math.exp(-1)), 6);
    expect(lossOf(Float32Array.of(1, 2), 5)).toBeNaN();
  });

  it('the best is the first of the highest, with its lead', () => {
    expect(bestOf(Float32Array.of(-3, -1, -2))).toEqual({ token: 1, margin: 1 });
    expect(bestOf(Float32Array.of(2, 5, 5))).toEqual({ token: 1, margin: 0 });
  });
});
