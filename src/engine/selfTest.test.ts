import { expect, test } from 'vitest';
import { parsePrecision } from './rwkv7/precision.ts';
import { selfTestTolerance } from './selfTest.ts';

test.each([
  ['source', 1e-3],
  ['int8', 3e-2],
  ['int4', 0.25],
  ['nf4:0-3,int8', 0.25],
  ['int8:2', 3e-2],
])('the coarsest part of %s decides: %s', (text, tolerance) => {
  expect(selfTestTolerance(parsePrecision(text))).toBe(tolerance);
});
