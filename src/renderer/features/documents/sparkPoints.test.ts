import { expect, test } from 'vitest';
import { sparkPoints } from './sparkPoints.ts';

test('what is constant is level, across the whole width', () => {
  expect(sparkPoints([40, 40, 40], 100, 27)).toBe('0,7 50,7 100,7');
});

test('half the speed stands at half the height', () => {
  expect(sparkPoints([100, 50], 10, 27)).toBe('0,7 10,17');
});

test.each([
  [[], ''],
  [[5], '0,7 100,7'],
  [[0, 0], '0,27 100,27'],
])('%j is drawn as well', (values, points) => {
  expect(sparkPoints(values, 100, 27)).toBe(points);
});
