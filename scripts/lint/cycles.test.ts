import { expect, test } from 'vitest';
import { findCycle } from './cycles.ts';

test('finds a cycle and names it in order', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(findCycle(graph)).toEqual(['b', 'd', 'b']);
});

test('finds a file that imports itself', () => {
  expect(findCycle(new Map([['a', ['a']]]))).toEqual(['a', 'a']);
});

test('a diamond is no cycle', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
  ]);
  expect(findCycle(graph)).toBeUndefined();
});
