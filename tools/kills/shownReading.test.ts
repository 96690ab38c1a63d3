import { expect, test } from 'vitest';
import { repeated, type Shown } from './shownReading.ts';

const place = (seconds: number, tokens: number, tokensPerSecond = 20): Shown => ({
  ...{ at: 1000 * seconds, tokens, tokensPerSecond },
});
/** Begins at token 100, in second 1. */
const SHOWN = [place(1, 100, 0), place(2, 120), place(3, 140), place(5, 160, 10)];

test('what was shown after the place where the reading goes on is read again', () => {
  expect(repeated(SHOWN, 120, 6000)).toEqual({ tokens: 40, seconds: 4, secondsBySpeed: 4 });
});

test('a reading that was never saved is read again from where it began', () => {
  expect(repeated(SHOWN, 100, 6000)).toEqual({ tokens: 60, seconds: 5, secondsBySpeed: 6 });
});

test('a place between two that were shown counts from the first of them', () => {
  expect(repeated(SHOWN, 130, 6000)).toEqual({ tokens: 30, seconds: 4, secondsBySpeed: 3 });
});

test('work that was not shown yet counts by the clock', () => {
  expect(repeated(SHOWN, 170, 7500)).toEqual({ tokens: 0, seconds: 2.5, secondsBySpeed: 0 });
});

test('what was shown after the kill does not count', () => {
  expect(repeated(SHOWN, 120, 2500)).toEqual({ tokens: 0, seconds: 0.5, secondsBySpeed: 0 });
});

test('a reading that goes on before where it had begun repeats all that was shown', () => {
  expect(repeated(SHOWN, 0, 6000)).toEqual({ tokens: 160, seconds: 5, secondsBySpeed: 16 });
});
