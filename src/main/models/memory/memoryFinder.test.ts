import { expect, test } from 'vitest';
import type { Adapter, MemorySources } from './findMemory.ts';
import { MemoryFinder } from './memoryFinder.ts';

const GIB = 2 ** 30;
const ADAPTERS: readonly Adapter[] = [
  { name: 'NVIDIA GeForce RTX 4070', software: false },
  { name: 'Intel(R) UHD Graphics 770', software: false },
  { name: 'software', software: true },
];
const nvidia = [{ bytesOf: () => Promise.resolve(12 * GIB) }];
const sources: MemorySources = { cards: { nvidia, amd: [], other: [] }, machineBytes: () => 32 * GIB };

function open(adapters: () => Promise<readonly Adapter[]>, waitMs = 20_000) {
  const seen = { chosen: 'auto', found: 0 };
  const finder = new MemoryFinder({
    ...{ adapters, chosen: () => seen.chosen, sources, waitMs },
    onFound: () => {
      seen.found++;
    },
  });
  return { finder, seen };
}

test.each([
  ['auto', { of: 'gpu', bytes: 12 * GIB }],
  ['RTX 4070', { of: 'gpu', bytes: 12 * GIB }],
  ['UHD Graphics', { of: 'shared', bytes: 16 * GIB }],
  ['software', { of: 'cpu', bytes: 24 * GIB }],
  ['a card that was taken out', null],
])('on %s', async (chosen, expected) => {
  const { finder, seen } = open(async () => ADAPTERS);
  seen.chosen = chosen;
  expect(await finder.current()).toEqual(expected);
  expect(seen.found).toBe(0);
});

test('is asked for once for each adapter, also when nobody knows', async () => {
  let asked = 0;
  const { finder, seen } = open(async () => {
    asked++;
    return [{ name: 'Mali-G710', software: false }];
  });
  await Promise.all([finder.current(), finder.current()]);
  expect(await finder.current()).toBeNull();
  expect(asked).toBe(1);
  seen.chosen = 'Mali';
  await finder.current();
  expect(asked).toBe(2);
});

test('is not waited for long; when it is there, that is told', async () => {
  const listed = Promise.withResolvers<readonly Adapter[]>();
  const { finder, seen } = open(() => listed.promise, 1);
  expect(await finder.current()).toBeNull();
  listed.resolve(ADAPTERS);
  await expect.poll(() => seen.found).toBe(1);
  expect(await finder.current()).toEqual({ of: 'gpu', bytes: 12 * GIB });
});

test('is asked for again after the engine was away', async () => {
  let away = true;
  const { finder } = open(async () => {
    if (away) throw new Error('away');
    return ADAPTERS;
  });
  expect(await finder.current()).toBeNull();
  away = false;
  expect(await finder.current()).toMatchObject({ of: 'gpu' });
});
