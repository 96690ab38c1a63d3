import { expect, test } from 'vitest';
import { usualPrecision } from './usualPrecision.ts';

const fits = (...all: readonly Parameters<typeof usualPrecision>[0][number][]) => all;

test('what the settings say, if it can be', () => {
  const all = fits({ precision: 'source', fit: 'tight' }, { precision: 'int8', fit: 'fits' });
  expect(usualPrecision(all, 'source')).toBe('source');
  expect(usualPrecision(all, 'int8')).toBe('int8');
});

test('the first that fits when that is too big or not to be had', () => {
  const all = fits(
    { precision: 'source', fit: 'too-big' },
    { precision: 'int8', fit: 'tight' },
    { precision: 'int4', fit: 'fits' },
  );
  expect(usualPrecision(all, 'source')).toBe('int4');
  expect(usualPrecision(all, 'nf4')).toBe('int4');
});

test('something is offered when nothing fits', () => {
  expect(usualPrecision(fits({ precision: 'int8', fit: 'too-big' }), 'source')).toBe('int8');
  expect(usualPrecision([], 'source')).toBe('source');
});
