import { expect, test } from 'vitest';
import { unlessAborted } from './unlessAborted.ts';

test('gives what the work gives, with and without a signal', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await unlessAborted(Promise.resolve(2), signal)).toBe(2);
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

test('waits no longer than until the signal, also where that came before', async () => {
  const abort = new AbortController();
  const never = new Promise<never>(() => undefined);
  const waiting = unlessAborted(never, abort.signal);
  abort.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  await expect(unlessAborted(never, abort.signal)).rejects.toBe('enough');
});

test('work that fails after it was given up harms nobody', async () => {
  const work = Promise.withResolvers<never>();
  await expect(unlessAborted(work.promise, AbortSignal.abort('enough'))).rejects.toBe('enough');
  work.reject(new Error('late'));
  await new Promise((resolve) => setTimeout(resolve));
});
