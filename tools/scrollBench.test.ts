import { expect, test } from 'vitest';
import { summarise } from './scrollBench.ts';

test('frame times are told by their middle and their ends', () => {
  expect(summarise([16, 17, 60, 16, 16])).toEqual({ frames: 5, medianMs: 16, p95Ms: 17, longestMs: 60, over50Ms: 1 });
  expect(summarise([])).toMatchObject({ frames: 0, longestMs: 0 });
});
