/** The comparison must fail when engines differ: each bound is broken on purpose here. */
import { describe, expect, it } from 'vitest';
import { compareGreedy, comparePerplexity, compareTokenisation, firstDifference, perplexity } from './compare.ts';
import type { GreedyStep } from './engine.ts';

describe('tokenisation', () => {
  it('is the same or not; the first difference is shown', () => {
    const own = [97, 98, 99];
    expect(compareTokenisation(own, [97, 98, 99])).toEqual({ ok: true, tokens: 3, difference: undefined });
    expect(compareTokenisation(own, [97, 98, 0, 99])).toEqual({
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
  ])('%f times the other is within bounds: %s', (ratio, ok) => {
    const loss = 1 + Math.log(ratio);
    expect(comparePerplexity([loss, loss], [1, 1])).toMatchObject({ ok, tokens: 3, peer: Math.E });
  });

  it('of texts of another length is not compared', () =>
    expect(comparePerplexity([1, 1], [1, 1, 1])).toMatchObject({ ok: false, relativeDifference: 0 }));
});

describe('greedy continuations', () => {
  /** Tokens 0, 1, …, the one at `differsAt` and all after it another; margins count up. */
  const steps = (count: number, differsAt = count): GreedyStep[] =>
    Array.from({ length: count }, (_, i) => ({ token: i < differsAt ? i : i + 1000, margin: i }));
  const prompts = (count: number) =>
    Array.from('abcdefghij'.slice(0, count), (prompt) => ({ prompt, own: steps(8), peer: steps(8) }));

  it('one of ten may differ; where and by what margin is shown', () => {
    const result = compareGreedy(
      prompts(10).map((each) => (each.prompt === 'c' ? { ...each, own: steps(8, 5) } : each)),
      8,
    );
    expect(result).toMatchObject({ ok: true, same: 9, needed: 9, tokens: 8 });
    expect(result.continuations[2]).toEqual({ prompt: 'c', differsAt: 5, margins: { own: 5, peer: 5 } });
    expect(result.continuations[3]).toEqual({ prompt: 'd', differsAt: undefined, margins: undefined });
  });

  it('one of nine may not', () => {
    const result = compareGreedy(
      prompts(9).map((each) => (each.prompt === 'c' ? { ...each, own: steps(8, 0) } : each)),
      8,
    );
    expect(result).toMatchObject({ ok: false, same: 8, needed: 9 });
  });

  it('shorter than asked for are no success', () =>
    expect(compareGreedy(prompts(10), 9)).toMatchObject({ ok: false, same: 10 }));
});
