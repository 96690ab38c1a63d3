/** A model goes when nothing runs with it any more, and what ran with it learns why. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeAnser, type FakeAnser } from '../../../test/support/fakeAnser.ts';
import type { LoadedModel } from '../api/schemas.ts';
import { Models } from './models.ts';

const never = new AbortController().signal;
const onDeviceLost = vi.fn();
let models: Models;

const load = async (anser: FakeAnser = createFakeAnser()): Promise<FakeAnser> => {
  await models.replace(async () => ({ anser, facts: {} as LoadedModel }));
  return anser;
};

/** A job that ends when its signal tells it to, a little later. */
const waiting = (): Promise<string> =>
  models.use(never, async (_, signal) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 5)));
    return 'done';
  });

beforeEach(() => {
  onDeviceLost.mockReset();
  models = new Models(onDeviceLost);
});

describe('Models', () => {
  it('needs a model', async () => {
    await expect(models.use(never, async () => 1)).rejects.toMatchObject({
      ...{ code: 'model-unloaded', nextStep: expect.stringContaining('Load a model') as string },
    });
  });

  it('waits for what runs before a model goes, and fails it', async () => {
    const first = await load();
    const failed = expect(waiting()).rejects.toMatchObject({ code: 'model-unloaded' });
    const second = createFakeAnser();
    await models.replace(async () => {
      expect(first.disposed()).toBe(true);
      return { anser: second, facts: {} as LoadedModel };
    });
    await failed;
    expect(await models.use(never, async ({ anser }) => anser === second)).toBe(true);
    await models.unload();
    expect(second.disposed()).toBe(true);
    expect(onDeviceLost).not.toHaveBeenCalled();
  });

  it('never lets a stream that lost its model look ended', async () => {
    await load();
    const events = models.stream<{ type: string }>(never, async (_, emit, signal) => {
      emit({ type: 'begun' });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      emit({ type: 'end' });
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { type } of events) {
        seen.push(type);
        void models.unload();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'model-unloaded' });
    expect(seen).toEqual(['begun']);
  });

  it('tells a lost device once what ran has failed, also when nothing runs', async () => {
    const anser = await load();
    const failed = expect(waiting()).rejects.toMatchObject({ code: 'device-lost' });
    anser.lose();
    await failed;
    await vi.waitFor(() => expect(onDeviceLost).toHaveBeenCalledTimes(1));
    expect([models.current, anser.disposed()]).toEqual([undefined, true]);
    (await load()).lose();
    await vi.waitFor(() => expect(onDeviceLost).toHaveBeenCalledTimes(2));
  });

  it('keeps the model when a job fails by itself', async () => {
    const anser = await load();
    await expect(models.use(never, () => Promise.reject(new Error('a slip')))).rejects.toThrow('a slip');
    expect(models.current?.anser).toBe(anser);
  });
});
