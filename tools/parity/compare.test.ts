/** The comparison must fail when engines differ: each bound is broken on purpose here. */
import { describe, expect, it } from 'vitest';
import { compareGreedy, comparePerplexity, compareTokenisation, firstDifference, perplexity } from './compare.ts';
import type { ParityEngine } from './engine.ts';

/** An engine whose tokens are character codes, whose losses are all `loss`, and that counts up from the last token. */
function fakeEngine({ loss = 1, differsAt = -1, differsFor = '' } = {}): ParityEngine {
  return {
    name: 'fake',
    tokenize: (text) => Array.from(text, (character) => character.charCodeAt(0)),
    losses: (tokens) => Promise.resolve(tokens.slice(1).map(() => loss)),
    continueGreedily: (prompt, count) => {
      const isOther = String.fromCharCode(...prompt) === differsFor;
      const first = prompt.at(-1) ?? 0;
      const steps = Array.from({ length: count }, (_, i) => ({
        token: first + i + (isOther && i >= differsAt ? 1 : 0),
        margin: i,
      }));
      return Promise.resolve(steps);
    },
    dispose: () => Promise.resolve(),
  };
}

describe('tokenisation', () => {
  it('is the same or not; the first difference is shown', () => {
    const own = fakeEngine();
    expect(compareTokenisation(own, fakeEngine(), 'abc')).toEqual({ ok: true, tokens: 3, difference: undefined });
    const longer = { ...fakeEngine(), tokenize: () => [97, 98, 0, 99] };
    expect(compareTokenisation(own, longer, 'abc')).toEqual({
      ok: false,
      tokens: 3,
      difference: { index: 2, own: [99], peer: [0, 99] },
    });
  });

  it.each([
    [[1, 2], [1, 2], undefined],
    [[1, 2], [1, 3], 1],
    [[1, 2], [1, 2, 3], 2],
    [[], [1], 0],
  ])('first difference of %j and %j is %j', (a, b, expected) => expect(firstDifference(a, b)).toBe(expected));
});

describe('perplexity', () => {
  it('is e to the mean loss', () => expect(perplexity([0, Math.log(4)])).toBeCloseTo(2, 12));

  it.each([
    [1.0049, true],
    [1.0051, false],
    [0.9949, false],
    [Number.NaN, false],
  ])('%f times the other is within bounds: %s', async (ratio, ok) => {
    const own = fakeEngine({ loss: 1 + Math.log(ratio) });
    expect(await comparePerplexity(own, fakeEngine(), [1, 2, 3])).toMatchObject({ ok, tokens: 3, peer: Math.E });
  });
});

describe('greedy continuations', () => {
  const prompts = Array.from('abcdefghij');

  it('one of ten may differ; where and by what margin is shown', async () => {
    const own = fakeEngine({ differsAt: 5, differsFor: 'c' });
    const result = await compareGreedy(own, fakeEngine(), prompts, 8);
    expect(result).toMatchObject({ ok: true, same: 9, needed: 9, tokens: 8 });
    expect(result.continuations[2]).toEqual({ prompt: 'c', differsAt: 5, margins: { own: 5, peer: 5 } });
    expect(result.continuations[3]).toEqual({ prompt: 'd', differsAt: undefined, margins: undefined });
  });

  it('one of nine may not', async () => {
    const own = fakeEngine({ differsAt: 0, differsFor: 'c' });
    expect(await compareGreedy(own, fakeEngine(), prompts.slice(0, 9), 8)).toMatchObject({
      ok: false,
      same: 8,
      needed: 9,
    });
  });
});
