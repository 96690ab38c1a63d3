/** The generator against the published numbers of its authors, and its state at rest. */
import { describe, expect, it } from 'vitest';
import { Random, type RandomState } from './random.ts';

const take = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.nextUint32());

describe('Random', () => {
  it('is xoshiro128** 1.1', () => {
    // From the authors' C code with the state 1, 2, 3, 4.
    expect(take(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives the same numbers for the same seed and others for another', () => {
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const streams = seeds.map((seed) => take(Random.fromSeed(seed), 4).join());
    expect(new Set(streams).size).toBe(seeds.length);
    expect(seeds.map((seed) => take(Random.fromSeed(seed), 4).join())).toEqual(streams);
  });

  it('goes on from a state that was kept', () => {
    const random = Random.fromSeed(5);
    take(random, 100);
    const copy = Random.fromState(JSON.parse(JSON.stringify(random.state)) as RandomState);
    expect(take(copy, 20)).toEqual(take(random, 20));
  });

  it('spreads evenly over [0, 1)', () => {
    const random = Random.fromSeed(6);
    const buckets = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) {
      // A value outside [0, 1) makes a bucket of its own.
      const bucket = Math.floor(random.next() * 16);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(buckets).toHaveLength(16);
    // 1000 expected, standard deviation 31: five of them.
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(155);
  });

  it.each([NaN, Infinity, 0.5, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => Random.fromSeed(seed)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each<[RandomState]>([[[0, 0, 0, 0]], [[1, 2, 3, -1]], [[1, 2, 3, 2 ** 32]], [[1, 2, 3, 0.5]]])(
    'refuses the state %j',
    (state) => {
      expect(() => Random.fromState(state)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    },
  );
});
