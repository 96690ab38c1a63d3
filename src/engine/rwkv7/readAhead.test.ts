/** Pieces read ahead: several at a time, used in order, and nothing after a failure. */
import { expect, test } from 'vitest';
import { ReadAhead } from './readAhead.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('reads overlap and are used in order, in at most four buffers', async () => {
  const ahead = new ReadAhead();
  const buffers = new Set<Uint8Array>();
  const used: number[] = [];
  let [reading, most] = [0, 0];
  for (let i = 0; i < 12; i++)
    await ahead.add(
      8,
      async (buffer) => {
        buffers.add(buffer);
        most = Math.max(most, ++reading);
        await wait(i % 3 === 0 ? 8 : 1);
        reading--;
        buffer[0] = i;
        return buffer;
      },
      (piece) => void used.push(piece[0] ?? -1),
    );
  await ahead.finish();
  expect(used).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect([buffers.size, most]).toEqual([4, 4]);
});

test('a larger piece gets a larger buffer', async () => {
  const ahead = new ReadAhead();
  const lengths: number[] = [];
  for (const length of [4, 4, 4, 4, 9, 2])
    await ahead.add(
      length,
      (buffer) => Promise.resolve(buffer.length),
      (got) => void lengths.push(got),
    );
  await ahead.finish();
  expect(lengths).toEqual([4, 4, 4, 4, 9, 4]);
});

test.each(['read', 'use'] as const)('after a failed %s nothing more is used, and everyone is told', async (where) => {
  const ahead = new ReadAhead();
  const used: number[] = [];
  const add = (i: number): Promise<void> =>
    ahead.add(
      1,
      () => (where === 'read' && i === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(i)),
      (piece) => {
        if (where === 'use' && piece === 1) throw new Error('broken');
        used.push(piece);
      },
    );
  for (let i = 0; i < 4; i++) await add(i);
  await expect(ahead.finish()).rejects.toThrow('broken');
  await add(4);
  await expect(add(5)).rejects.toThrow('broken');
  expect(used).toEqual([0]);
});
