import { expect, test } from 'vitest';
import { daysLeft } from './daysLeft.ts';

test.each([
  ['2026-03-01T12:00:00Z', 30],
  ['2026-02-28T11:00:00Z', 29],
  ['2026-01-01T00:00:00Z', 0],
  // A clock that was set back.
  ['2026-03-05T00:00:00Z', 30],
])('deleted %s: %d days', (deletedAt, days) => {
  expect(daysLeft(deletedAt, new Date('2026-03-01T12:00:00Z'))).toBe(days);
});
