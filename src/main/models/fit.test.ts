import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { advisedGibibytes, fitOf, recommend } from './fit.ts';

const GIB = 2 ** 30;

test.each([
  [4 * GIB, 8 * GIB, 'fits'],
  [0.85 * 1000, 1000, 'fits'],
  [0.86 * 1000, 1000, 'tight'],
  [0.97 * 1000, 1000, 'tight'],
  [0.98 * 1000, 1000, 'too-big'],
  [9 * GIB, 8 * GIB, 'too-big'],
  [null, 8 * GIB, 'unknown'],
  [4 * GIB, null, 'unknown'],
  [1, 0, 'too-big'],
] as const)('%s bytes in %s: %s', (needed, memory, expected) => {
  expect(fitOf(needed, memory)).toBe(expected);
});

test.each([
  [0.25, '0.1B', 'source'],
  [1, '0.1B', 'source'],
  [2, '0.4B', 'source'],
  [3, '2.9B', 'nf4'],
  [4, '2.9B', 'nf4'],
  [6, '7.2B', 'nf4'],
  [8, '7.2B', 'nf4'],
  [10, '13.3B', 'nf4'],
  [12, '13.3B', 'nf4'],
  [16, '13.3B', 'nf4'],
  [24, '13.3B', 'int8'],
  [32, '13.3B', 'source'],
] as const)('%s GiB: %s as %s', (gibibytes, parameters, precision) => {
  const found = recommend({ of: 'gpu', bytes: gibibytes * GIB });
  expect([found?.model.parameters, found?.precision]).toEqual([parameters, precision]);
});

test('what is recommended fits, and more memory never means a smaller model', () => {
  let before = 0;
  for (let gibibytes = 1; gibibytes <= 96; gibibytes++) {
    const found = recommend({ of: 'gpu', bytes: gibibytes * GIB });
    if (!found) throw new Error('nothing is recommended');
    expect(fitOf(found.model.gpuBytes[found.precision], gibibytes * GIB)).toBe('fits');
    expect(found.model.parameterCount).toBeGreaterThanOrEqual(before);
    before = found.model.parameterCount;
  }
});

test.each([
  ['shared', 64, '2.9B', 'source'],
  ['shared', 4, '2.9B', 'nf4'],
  ['cpu', 64, '0.4B', 'source'],
  ['cpu', 1, '0.1B', 'source'],
] as const)('%s, %s GiB: %s as %s, which is quick enough', (of, gibibytes, parameters, precision) => {
  const found = recommend({ of, bytes: gibibytes * GIB });
  expect([found?.model.parameters, found?.precision]).toEqual([parameters, precision]);
});

test('with unknown memory something modest is recommended', () => {
  expect(recommend(null)?.model.parameters).toBe('1.5B');
  expect(recommend(null, [])).toBeUndefined();
  expect(recommend({ of: 'gpu', bytes: GIB }, [])).toBeUndefined();
});

test('the advised card is the smallest on which it fits', () => {
  const gibibytes = CATALOGUE.map(({ gpuBytes }) => [
    advisedGibibytes(gpuBytes.source),
    advisedGibibytes(gpuBytes.nf4),
  ]);
  expect(gibibytes).toEqual([
    [2, 2],
    [2, 2],
    [4, 2],
    [8, 4],
    [20, 6],
    [32, 10],
  ]);
  expect(advisedGibibytes(1e12)).toBeNull();
});
