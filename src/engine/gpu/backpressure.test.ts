/** Writes go on while up to three batches are under way, and stop for the oldest. */
import { expect, test } from 'vitest';
import { Backpressure } from './backpressure.ts';

test('waits for the batch three before, and for no other', async () => {
  const done: (() => void)[] = [];
  const queue = { onSubmittedWorkDone: () => new Promise<void>((resolve) => done.push(resolve)) };
  const backpressure = new Backpressure(queue as unknown as GPUQueue);
  const batch = 8 << 20;
  expect(await backpressure.add(batch / 2)).toBe(false);
  expect(done).toHaveLength(0);
  expect(await backpressure.add(batch / 2)).toBe(false);
  for (let i = 1; i < 3; i++) expect(await backpressure.add(batch)).toBe(false);
  let waited: boolean | undefined;
  const waiting = backpressure.add(batch).then((result) => (waited = result));
  await new Promise((resolve) => setImmediate(resolve));
  expect([done.length, waited]).toEqual([4, undefined]);
  done[0]?.();
  await waiting;
  expect(waited).toBe(true);
});

test('a queue that fails is told to whoever waits for it, and to nobody else', async () => {
  const queue = { onSubmittedWorkDone: () => Promise.reject(new Error('lost')) };
  const backpressure = new Backpressure(queue as unknown as GPUQueue);
  for (let i = 0; i < 3; i++) await backpressure.add(8 << 20);
  await new Promise((resolve) => setImmediate(resolve));
  await expect(backpressure.add(8 << 20)).rejects.toThrow('lost');
});
