/** Waits longer each time, and gives up when crashes come too often. */
import { expect, it } from 'vitest';
import { BackOff } from './backOff.ts';

it('doubles the delay and gives up at the fifth crash in a minute', () => {
  const backOff = new BackOff({ mostCrashes: 5, windowMs: 60_000, firstDelayMs: 250 });
  expect([0, 1000, 2000, 3000, 4000].map((now) => backOff.crashed(now))).toEqual([250, 500, 1000, 2000, undefined]);
  backOff.reset();
  expect(backOff.crashed(5000)).toBe(250);
});

it('forgets crashes of long ago', () => {
  const backOff = new BackOff({ mostCrashes: 2, windowMs: 1000, firstDelayMs: 10 });
  expect([0, 1000, 2000].map((now) => backOff.crashed(now))).toEqual([10, 10, 10]);
});
