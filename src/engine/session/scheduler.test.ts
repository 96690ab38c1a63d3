/** Laws of the scheduler: order, fairness, cancelling, errors and device loss. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../api/errors.ts';
import { createScheduler } from './scheduler.ts';
import type { Priority } from './types.ts';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A slice that ends when told to. */
function openSlice() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { slice: () => ended, end: () => end() };
}

describe('scheduler', () => {
  it('runs one slice at a time, and returns its value', async () => {
    const scheduler = createScheduler();
    let running = 0;
    const slice = async (value: number): Promise<number> => {
      expect(++running).toBe(1);
      await turn();
      running--;
      return value;
    };
    expect(await Promise.all([1, 2, 3].map((value) => scheduler.run(() => slice(value))))).toEqual([1, 2, 3]);
  });

  it('runs waiting interactive slices before waiting background slices, each by arrival', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const add = (name: string, priority: Priority): Promise<void> =>
      scheduler.run(async () => void order.push(name), { priority });
    const first = openSlice();
    const all = [
      scheduler.run(first.slice),
      ...['b1', 'b2'].map((name) => add(name, 'background')),
      ...['i1', 'i2'].map((name) => add(name, 'interactive')),
    ];
    first.end();
    await Promise.all(all);
    expect(order).toEqual(['i1', 'i2', 'b1', 'b2']);
  });

  it('lets jobs of one priority take turns', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const job = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) await scheduler.run(async () => void order.push(name), { priority: 'background' });
    };
    await Promise.all([job('a'), job('b'), job('c')]);
    expect(order.join('')).toBe('abcabcabc');
  });

  it('runs no background slice between two slices of an interactive job', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const job = async (name: string, priority: Priority): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await scheduler.run(async () => void order.push(name), { priority });
        await Promise.resolve(); // the caller looks at the result
      }
    };
    await Promise.all([job('i', 'interactive'), job('b', 'background')]);
    expect(order.join('')).toBe('iiibbb');
  });

  it('drops a waiting slice at once', async () => {
    const scheduler = createScheduler();
    const abort = new AbortController();
    const first = openSlice();
    const running = scheduler.run(first.slice);
    const waiting = scheduler.run(() => expect.unreachable(), { signal: abort.signal });
    const after = scheduler.run(async () => 'after');
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough'); // although the first slice still runs
    first.end();
    await running;
    expect(await after).toBe('after');
  });

  it('lets a running slice complete, then rejects', async () => {
    const scheduler = createScheduler();
    const abort = new AbortController();
    const first = openSlice();
    let completed = false;
    const cancelled = scheduler.run(
      async () => {
        await first.slice();
        completed = true;
      },
      { signal: abort.signal },
    );
    abort.abort(new Error('enough'));
    first.end();
    await expect(cancelled).rejects.toThrow('enough');
    expect(completed).toBe(true);
  });

  it('does not start a slice whose signal was given before', async () => {
    const run = createScheduler().run(() => expect.unreachable(), { signal: AbortSignal.abort('before') });
    await expect(run).rejects.toBe('before');
  });

  it('goes on after an error, thrown or rejected', async () => {
    const scheduler = createScheduler();
    const thrown = scheduler.run(() => {
      throw new Error('thrown');
    });
    const rejected = scheduler.run(() => Promise.reject(new Error('rejected')));
    const after = scheduler.run(async () => 1);
    await expect(thrown).rejects.toThrow('thrown');
    await expect(rejected).rejects.toThrow('rejected');
    expect(await after).toBe(1);
  });

  it('rejects everything after the device was lost', async () => {
    const scheduler = createScheduler();
    const lost = new EngineError('device-lost', 'gone');
    const failing = scheduler.run(() => Promise.reject(lost));
    const waiting = scheduler.run(() => expect.unreachable(), { priority: 'background' });
    await expect(failing).rejects.toBe(lost);
    await expect(waiting).rejects.toBe(lost);
    await expect(scheduler.run(() => expect.unreachable())).rejects.toBe(lost);
  });
});
