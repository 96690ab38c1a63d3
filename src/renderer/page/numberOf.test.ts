import { expect, test } from 'vitest';
import { numberOf, type NumberLimits, type Written } from './numberOf.ts';

test.each<[string, NumberLimits, Written]>([
  ['5', { min: 1 }, { value: 5 }],
  [' 0,25 ', { min: 0 }, { value: 0.25 }],
  ['１２', { min: 0 }, { value: 12 }],
  ['', { min: 0 }, { problem: 'number' }],
  ['a lot', { min: 0 }, { problem: 'number' }],
  ['1.5', { min: 0, whole: true }, { problem: 'whole' }],
  ['0', { min: 1 }, { problem: 'range' }],
  ['601', { min: 1, max: 600 }, { problem: 'range' }],
])('%j within %j is %j', (text, limits, written) => {
  expect(numberOf(text, limits)).toEqual(written);
});
