import { expect, test } from 'vitest';
import { countZeros } from './zeros.ts';

test('zeros are counted one by one, and blocks of 32 only when nothing else is in them', () => {
  const values = new Float32Array(96).fill(1);
  values.fill(0, 10, 70);
  values[95] = -0;
  expect(countZeros(values)).toEqual({ values: 96, zeros: 61, blocks: 3, zeroBlocks: 1 });
});
