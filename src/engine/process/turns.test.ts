/** Turns over the toy model: what is kept where, above all when the disk is full. */
import { expect, it } from 'vitest';
import { createFakeAnser } from '../../../test/support/fakeAnser.ts';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { EngineError } from '../api/errors.ts';
import type { LoadedModel } from '../api/schemas.ts';
import { presetSampling } from '../sampling/presets.ts';
import type { EventOf, ParamsOf } from './methods.ts';
import { Models } from './models.ts';
import { snapshotMethods } from './snapshots.ts';
import { answerWith } from './turns.ts';

async function setUp() {
  const memory = createMemoryStore();
  let full = false;
  const store: typeof memory = {
    ...memory,
    put: async (id, pieces) => {
      if (full) throw new EngineError('storage-failed', 'The disk is full.', { nextStep: 'Free some space.' });
      await memory.put(id, pieces);
    },
  };
  const models = new Models(() => undefined);
  const anser = createFakeAnser({ vocabularySize: 300 }, store);
  await models.replace(async () => ({ anser, facts: {} as LoadedModel }));
  const answer = async (params: Partial<ParamsOf<'answer'>> & { saveAs: string }) => {
    const defaults = { messages: [{ role: 'user' as const, text: 'Hi' }], think: 'off' as const, maxTokens: 3 };
    const events: EventOf<'answer'>[] = [];
    for await (const event of answerWith(models)({ ...defaults, sampling: presetSampling('greedy', 0), ...params }))
      events.push(event);
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error('The answer has no end.');
    return { end, text: events.map((event) => (event.type === 'text' ? event.text : '')).join('') };
  };
  const snapshots = snapshotMethods(store, models);
  return { anser, answer, snapshots, models, memory, fill: (now: boolean) => void (full = now) };
}

it('ends well when its state cannot be saved, and the next turn goes on from it all the same', async () => {
  const { answer, fill, snapshots, memory } = await setUp();
  fill(true);
  const { end } = await answer({ saveAs: 'one' });
  expect(end.snapshot).toBeNull();
  expect(end.notSaved).toEqual({ code: 'storage-failed', message: 'The disk is full.', nextStep: 'Free some space.' });
  fill(false);
  const next = await answer({ base: 'one', saveAs: 'two' });
  expect(next.end.snapshot?.id).toBe('two');
  expect((await snapshots.copySnapshot({ from: 'one', to: 'late' })).id).toBe('late');
  expect([...memory.blobs.keys()]).toEqual(['two', 'late']);
});

it('keeps a few states at hand and finds the others on the disk', async () => {
  const { answer, anser, models } = await setUp();
  for (const saveAs of ['1', '2', '3', '4', '5', '6']) await answer({ saveAs });
  expect(anser.fake.liveStates()).toBe(4);
  const live = await answer({ base: '6', saveAs: 'a' });
  const restored = await answer({ base: '1', saveAs: 'b' });
  // All six are the same conversation.
  expect(restored.text).toBe(live.text);
  expect(restored.end.snapshot?.tokenCount).toBe(live.end.snapshot?.tokenCount);
  await models.unload();
  expect(anser.fake.liveStates()).toBe(0);
});

it('forgets a state that is deleted or overwritten', async () => {
  const { answer, snapshots } = await setUp();
  await answer({ saveAs: 'one' });
  await answer({ base: 'one', saveAs: 'two' });
  await snapshots.copySnapshot({ from: 'two', to: 'one' });
  const { end } = await answer({ base: 'one', saveAs: 'three' });
  const { end: same } = await answer({ base: 'two', saveAs: 'four' });
  expect(end.snapshot?.tokenCount).toBe(same.snapshot?.tokenCount);
  await snapshots.deleteSnapshots({ ids: ['one'] });
  await expect(answer({ base: 'one', saveAs: 'five' })).rejects.toMatchObject({ code: 'snapshot-missing' });
});

it('finds damage in the numbers of a snapshot, which lists do not read', async () => {
  const { answer, snapshots, memory } = await setUp();
  await answer({ saveAs: 'one' });
  expect(await snapshots.checkSnapshot({ id: 'one' })).toEqual((await snapshots.listSnapshots({})).snapshots[0]);
  const blob = memory.blobs.get('one');
  if (blob) blob[blob.length - 40] = (blob[blob.length - 40] ?? 0) ^ 1;
  await expect(snapshots.checkSnapshot({ id: 'one' })).rejects.toMatchObject({ code: 'snapshot-unreadable' });
  expect((await snapshots.listSnapshots({})).snapshots).toHaveLength(1);
  memory.blobs.set('bad', Buffer.from('nothing'));
  expect((await snapshots.listSnapshots({})).unreadable).toEqual(['bad']);
});
