/** The sampler against a plain one that sorts all tokens, and its rules one by one. */
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { thresholdReaching } from './select.ts';
import type { Sampling } from './types.ts';

const NEUTRAL: Sampling = {
  temperature: 1,
  topP: 1,
  topK: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  penaltyDecay: 1,
  seed: 1,
};

const logits = (...values: number[]): Float32Array => Float32Array.from(values);

/** Logits whose softmax is `probabilities`. */
const ofProbabilities = (...probabilities: number[]): Float32Array =>
  Float32Array.from(probabilities, (p) => Math.log(p));

/** How often each token is drawn. */
function histogram(sampler: Sampler, scores: Float32Array, draws: number): number[] {
  const counts = new Array<number>(scores.length).fill(0);
  for (let i = 0; i < draws; i++) {
    const token = sampler.sample(scores);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts;
}

const drawn = (sampling: Partial<Sampling>, scores: Float32Array): number[] =>
  histogram(createSampler({ ...NEUTRAL, ...sampling }), scores, 400).flatMap((count, token) =>
    count > 0 ? [token] : [],
  );

/** The published order with full sorts: the probability of each token. */
function plainProbabilities(scores: Float32Array, sampling: Sampling, counts: ReadonlyMap<number, number>): number[] {
  const penalised = Array.from(scores, (score, token) => {
    const count = counts.get(token);
    return count === undefined ? score : score - sampling.presencePenalty - sampling.frequencyPenalty * count;
  });
  for (const token of sampling.banned ?? []) if (token < penalised.length) penalised[token] = -Infinity;
  const top = Math.max(...penalised);
  let weights = penalised.map((score) => Math.exp(score - top));
  const total = weights.reduce((a, b) => a + b, 0);
  const byWeight = weights.map((_, token) => token).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  if (sampling.topP < 1) {
    let mass = 0;
    const last = byWeight.find((token) => (mass += (weights[token] ?? 0) / total) >= sampling.topP) ?? 0;
    const cut = weights[last] ?? 0;
    weights = weights.map((weight) => (weight < cut ? 0 : weight));
  }
  if (sampling.topK > 0) for (const token of byWeight.slice(sampling.topK)) weights[token] = 0;
  const tempered = weights.map((weight) => (weight === 0 ? 0 : weight ** (1 / sampling.temperature)));
  const sum = tempered.reduce((a, b) => a + b, 0);
  return tempered.map((weight) => weight / sum);
}

/** The token at which the cumulated probability, by ascending id, exceeds `random`. */
function plainDraw(probabilities: readonly number[], random: number): number {
  let mass = 0;
  return probabilities.findIndex((probability) => (mass += probability) > random);
}

describe('the sampler', () => {
  it('chooses what a plain sampler with full sorts chooses', () => {
    const random = Random.fromSeed(77);
    const below = (n: number): number => Math.floor(random.next() * n);
    for (let round = 0; round < 250; round++) {
      const size = 1 + below(300);
      const spread = [0.1, 1, 5, 20][below(4)] ?? 1;
      // Rounded, so that there are ties.
      const scores = Float32Array.from({ length: size }, () => Math.round((random.next() - 0.5) * spread * 16) / 8);
      const sampling: Sampling = {
        temperature: [0.2, 1, 1.5][below(3)] ?? 1,
        topP: [0, 0.123, 0.517, 0.941, 1, 2][below(6)] ?? 1,
        topK: [0, 1, 7, 1000][below(4)] ?? 0,
        presencePenalty: below(2) * 0.4,
        frequencyPenalty: below(2) * 0.3,
        penaltyDecay: 0.9,
        seed: round,
        banned: size > 3 ? [below(size), 100_000] : [],
      };
      const sampler = createSampler(sampling);
      const generator = Random.fromSeed(round);
      const counts = new Map<number, number>();
      for (let step = 0; step < 6; step++) {
        const expected = plainDraw(plainProbabilities(scores, sampling, counts), generator.next());
        const token = sampler.sample(scores);
        expect(token).toBe(expected);
        sampler.accept(token);
        for (const [seen, count] of counts) counts.set(seen, count * sampling.penaltyDecay);
        counts.set(token, (counts.get(token) ?? 0) + 1);
      }
    }
  });

  it('agrees with the plain sampler over a whole vocabulary', () => {
    const random = Random.fromSeed(78);
    const scores = Float32Array.from({ length: 65536 }, () => 12 * random.next() ** 8 - 3 * random.next());
    for (const [topP, topK] of [
      [0.3, 0],
      [0.9, 50],
      [0.99999, 0],
      [1, 500],
    ] as const) {
      const sampling = { ...NEUTRAL, topP, topK, temperature: 0.8, seed: 3 };
      const probabilities = plainProbabilities(scores, sampling, new Map());
      const [sampler, generator] = [createSampler(sampling), Random.fromSeed(3)];
      for (let i = 0; i < 5; i++) expect(sampler.sample(scores)).toBe(plainDraw(probabilities, generator.next()));
    }
  });

  it('draws in proportion to the probabilities', () => {
    const counts = histogram(createSampler(NEUTRAL), ofProbabilities(0.5, 0.3, 0.2), 10_000);
    [5000, 3000, 2000].forEach((expected, token) =>
      expect(Math.abs((counts[token] ?? 0) - expected)).toBeLessThan(250),
    );
  });

  it('is greedy at temperature 0, with the lowest id among equals', () => {
    expect(drawn({ temperature: 0 }, logits(1, 3, 3, 2))).toEqual([1]);
    expect(drawn({ temperature: 0, banned: [1] }, logits(1, 3, 3, 2))).toEqual([2]);
    expect(drawn({ temperature: 1e-9 }, logits(1, 3, 2.9))).toEqual([1]);
    expect(drawn({ temperature: 5e-324 }, logits(1, 3, 2.9))).toEqual([1]);
  });

  it('keeps ties at the top-p cut, and only the best at top-p 0', () => {
    expect(drawn({ topP: 0.6 }, ofProbabilities(0.25, 0.5, 0.125, 0.125))).toEqual([0, 1]);
    expect(drawn({ topP: 0.8 }, ofProbabilities(0.25, 0.5, 0.125, 0.125))).toEqual([0, 1, 2, 3]);
    expect(drawn({ topP: 0.1 }, logits(2, 2, 2, 2))).toEqual([0, 1, 2, 3]);
    expect(drawn({ topP: 0 }, logits(1, 5, 4, 5))).toEqual([1, 3]);
  });

  it('keeps exactly top-k tokens, the lowest ids among equals', () => {
    expect(drawn({ topK: 2 }, logits(2, 1, 2, 2))).toEqual([0, 2]);
    expect(drawn({ topK: 3 }, logits(1, 2, 1, 1))).toEqual([0, 1, 2]);
    expect(drawn({ topK: 9 }, logits(1, 2))).toEqual([0, 1]);
  });

  it('applies the temperature after the cut', () => {
    expect(drawn({ temperature: 50, topP: 0.6 }, ofProbabilities(0.25, 0.5, 0.125, 0.125))).toEqual([0, 1]);
  });

  it('subtracts the presence penalty once and the frequency penalty per decayed occurrence', () => {
    const sampler = createSampler({
      ...NEUTRAL,
      temperature: 0,
      presencePenalty: 1,
      frequencyPenalty: 2,
      penaltyDecay: 0.5,
    });
    sampler.accept(0);
    sampler.accept(0);
    // 10 − 1 − 2 · 1.5 = 6
    expect(sampler.sample(logits(10, 5.99))).toBe(0);
    expect(sampler.sample(logits(10, 6.01))).toBe(1);
    sampler.accept(2);
    // The count has decayed to 0.75, the presence has not: 10 − 1 − 2 · 0.75 = 7.5
    expect(sampler.sample(logits(10, 7.49, 0))).toBe(0);
    expect(sampler.sample(logits(10, 7.51, 0))).toBe(1);
  });

  it('takes only the presence penalty from uncounted tokens', () => {
    const sampling = { ...NEUTRAL, temperature: 0, presencePenalty: 1, frequencyPenalty: 2 };
    const sampler = createSampler(sampling, { uncounted: new Set([0]) });
    for (let i = 0; i < 5; i++) sampler.accept(0);
    expect(sampler.sample(logits(10, 8.99))).toBe(0);
    expect(sampler.sample(logits(10, 9.01))).toBe(1);
  });

  it('never chooses banned tokens and ignores ids beyond the logits', () => {
    expect(drawn({ banned: [0, 2, 70_000] }, logits(9, 1, 9, 1))).toEqual([1, 3]);
  });

  it('leaves the logits as they are', () => {
    const scores = logits(1, 2, 3);
    const sampler = createSampler({ ...NEUTRAL, presencePenalty: 1, topP: 0.5, banned: [0] });
    sampler.accept(sampler.sample(scores));
    sampler.sample(scores);
    expect([...scores]).toEqual([1, 2, 3]);
  });

  it('forks into samplers that go on alike and apart', () => {
    const scores = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const parent = createSampler({ ...NEUTRAL, presencePenalty: 2, frequencyPenalty: 1 });
    const run = (sampler: Sampler): number[] =>
      Array.from({ length: 20 }, () => {
        const token = sampler.sample(scores);
        sampler.accept(token);
        return token;
      });
    run(parent);
    const [one, other] = [parent.fork(), parent.fork()];
    const tokens = run(one);
    expect(run(other)).toEqual(tokens);
    expect(run(parent)).toEqual(tokens);
  });

  it.each([NaN, Infinity, -Infinity])('refuses the logit %d', (bad) => {
    const sampler = createSampler({ ...NEUTRAL, temperature: 0 });
    expect(() => sampler.sample(logits(1, bad))).toThrow(expect.objectContaining({ code: 'self-test-failed' }));
    expect(() => sampler.sample(logits(1, bad))).toThrow('token 1');
  });

  it('refuses to choose when every token is banned', () => {
    const sampler = createSampler({ ...NEUTRAL, banned: [0, 1] });
    expect(() => sampler.sample(logits(1, 2))).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each<Partial<Sampling>>([
    { temperature: -1 },
    { temperature: NaN },
    { temperature: Infinity },
    { topP: -0.1 },
    { topP: NaN },
    { topK: 1.5 },
    { topK: -1 },
    { presencePenalty: NaN },
    { frequencyPenalty: Infinity },
    { penaltyDecay: 1.1 },
    { penaltyDecay: -0.1 },
    { seed: 0.5 },
    { banned: [1.5] },
  ])('refuses the setting %j', (setting) => {
    expect(() => createSampler({ ...NEUTRAL, ...setting })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});

describe('thresholdReaching', () => {
  it('finds what sorting finds', () => {
    const random = Random.fromSeed(9);
    for (let round = 0; round < 500; round++) {
      // Eighths, so that sums are exact and there are ties.
      const values = Float64Array.from(
        { length: 1 + Math.floor(random.next() * 60) },
        () => Math.floor(random.next() * 40) / 8,
      );
      const sorted = values.toSorted().reverse();
      const total = sorted.reduce((a, b) => a + b, 0);
      const target = random.next() * total * 1.1;
      let mass = 0;
      const byMass = sorted.find((value) => (mass += value) >= target) ?? sorted.at(-1);
      expect(thresholdReaching(values.slice(), target, 'mass')).toBe(byMass);
      const k = 1 + Math.floor(random.next() * values.length);
      expect(thresholdReaching(values.slice(), k, 'count')).toBe(sorted[k - 1]);
    }
  });
});
