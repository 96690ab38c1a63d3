import { expect, test } from 'vitest';
import { typeAhead } from './typeAhead.ts';

const labels = ['Rename', 'Pin', 'Fork', 'Export', 'Remove'];

test.each([
  ['p', -1, 1],
  ['r', 0, 4],
  ['r', 4, 0],
  ['rem', 0, 4],
  ['re', 0, 0],
  ['x', 0, -1],
  ['EX', 0, 3],
])('%s from %d is %d', (typed, from, place) => {
  expect(typeAhead(labels, typed, from)).toBe(place);
});
