import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs a wait whose work takes `ms`; returns how long the patience slept before asking. */
async function wait(patience: Patience, kind: string, ms: number): Promise<number> {
  const started = performance.now();
  let slept: number | undefined;
  const done = patience.pause(kind).then((finish) => {
    slept = performance.now() - started;
    return finish;
  });
  await vi.advanceTimersByTimeAsync(ms);
  const finish = await done;
  finish();
  return slept ?? Number.NaN;
}

test('two runs are asked for at once, the next after most of the time that the second took', async () => {
  const patience = new Patience();
  // The first run also compiles: what it takes says nothing of the others.
  expect(await wait(patience, 'prefill', 40_000)).toBe(0);
  expect(await wait(patience, 'prefill', 100)).toBe(0);
  expect(await wait(patience, 'prefill', 100)).toBe(90);
});

test('a run that was over during the sleep halves the next one', async () => {
  const patience = new Patience();
  await wait(patience, 'prefill', 1);
  await wait(patience, 'prefill', 1000);
  expect(await wait(patience, 'prefill', 900)).toBe(900);
  expect(await wait(patience, 'prefill', 450)).toBe(450);
});

test('kinds are kept apart and short runs are not slept through', async () => {
  const patience = new Patience();
  await wait(patience, 'prefill', 100);
  await wait(patience, 'prefill', 100);
  expect(await wait(patience, 'decode', 5)).toBe(0);
  expect(await wait(patience, 'decode', 5)).toBe(0);
  expect(await wait(patience, 'decode', 5)).toBe(0);
});
