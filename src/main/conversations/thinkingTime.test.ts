import { expect, test } from 'vitest';
import { ThinkingTime } from './thinkingTime.ts';

test('an answer without a thought took no thinking', () => {
  const time = new ThinkingTime();
  time.take('text', 100);
  expect(time.msAt(5000)).toBeNull();
});

test('thinking ends with the first word of the answer, and goes on until then', () => {
  const time = new ThinkingTime();
  time.take('thought', 1000);
  time.take('thought', 2000);
  expect(time.msAt(4000)).toBe(3000);
  time.take('text', 13_000.4);
  time.take('text', 20_000);
  expect(time.msAt(99_000)).toBe(12_000);
});
