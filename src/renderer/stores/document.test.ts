import { expect, test } from 'vitest';
import { connectionLost } from '../../engine/api/rpc/remoteError.ts';
import type { AppApi } from '../../main/api/contract.ts';
import type { Document, Reading, ReadingEvent } from '../../main/api/documents.ts';
import { createDocumentStore, type DocumentStore } from './document.ts';

const reading: Reading = {
  ...{ id: 'r', focus: 'dates', modelName: 'm', status: 'reading', progress: null, sections: [], overall: '' },
  ...{ stateBytes: 1, startedAt: '', finishedAt: null, error: null, usable: 'yes' },
};
const document = { id: 'd', title: 't', reading: null } as unknown as Document;

interface Fixture {
  readonly store: DocumentStore;
  /** What the main side has of it at the moment. */
  known: Document;
  readonly calls: unknown[];
  /** Draws a frame. */
  frame(): void;
}

function open(follow: () => AsyncIterable<ReadingEvent>): Fixture {
  const calls: unknown[] = [];
  const frames: (() => void)[] = [];
  const note = async (params: unknown): Promise<unknown> => calls.push(params);
  const app = {
    getDocument: async () => fixture.known,
    followReading: follow,
    startReading: async (params: unknown) => {
      calls.push(params);
      return reading;
    },
    ...{ pauseReading: note, cancelReading: note },
  } as unknown as AppApi;
  const store = createDocumentStore({ app, id: 'd', nextFrame: (run) => frames.push(run) });
  const fixture: Fixture = { store, known: document, calls, frame: () => frames.splice(0).forEach((run) => run()) };
  return fixture;
}

const finished = { ...document, reading: { ...reading, status: 'finished', overall: 'all' } } as Document;

test('a reading is followed from its start to its end, pieces joined for a frame', async () => {
  const gate = Promise.withResolvers<undefined>();
  const fixture = open(async function* () {
    yield { type: 'state', reading };
    yield { type: 'writing', of: 'overall' };
    yield { type: 'text', of: 'overall', text: 'a' };
    yield { type: 'text', of: 'overall', text: 'll' };
    await gate.promise;
    yield { type: 'summary', of: 'overall', text: 'all' };
  });
  const { store, calls, frame } = fixture;
  await store.reload();
  expect(store.getState().live).toBeUndefined();
  await store.read({ focus: 'dates', summarise: true });
  expect(calls).toEqual([{ id: 'd', focus: 'dates', summarise: true }]);
  await expect.poll(() => store.getState().live?.writing).toEqual({ of: 'overall', text: '' });
  frame();
  expect(store.getState().live?.writing?.text).toBe('all');
  fixture.known = finished;
  gate.resolve(undefined);
  await expect.poll(() => store.getState().live?.reading.status).toBe('finished');
  expect(store.getState().live?.reading.overall).toBe('all');
});

test('after the line was cut a reading is followed again', async () => {
  let times = 0;
  const fixture = open(async function* () {
    times++;
    yield { type: 'state', reading };
    if (times === 1) throw connectionLost();
    await new Promise(() => undefined);
  });
  fixture.known = { ...document, reading };
  await fixture.store.reload();
  await expect.poll(() => times).toBe(1);
  await expect
    .poll(async () => {
      await fixture.store.reload();
      return times;
    })
    .toBe(2);
  await fixture.store.reload();
  expect(times).toBe(2);
});

test('what cannot be opened says why, and opens at the next attempt', async () => {
  let fails = true;
  const app = {
    getDocument: async () => {
      if (fails) throw new Error('gone');
      return document;
    },
  } as unknown as AppApi;
  const store = createDocumentStore({ app, id: 'd', nextFrame: (run) => run() });
  await store.reload();
  expect(store.getState().loadError).toMatchObject({ message: 'gone' });
  fails = false;
  await store.reload();
  expect(store.getState()).toMatchObject({ document, loadError: undefined });
});

test('cancelling forgets the reading', async () => {
  const fixture = open(async function* () {
    yield { type: 'state', reading: { ...reading, status: 'paused' } };
  });
  fixture.known = { ...document, reading: { ...reading, status: 'paused' } };
  await fixture.store.reload();
  expect(fixture.store.getState().live?.reading.status).toBe('paused');
  fixture.known = document;
  await fixture.store.cancel();
  expect(fixture.store.getState().live).toBeUndefined();
});
