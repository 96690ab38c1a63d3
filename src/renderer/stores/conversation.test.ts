import { expect, test } from 'vitest';
import type { AppApi } from '../../main/api/contract.ts';
import type { Conversation, Message, TurnEvent } from '../../main/api/conversations.ts';
import { createConversationStore, type ConversationStore } from './conversation.ts';

const message = (id: string, role: Message['role'], parentId: string | null, text = ''): Message => ({
  ...{
    id,
    parentId,
    role,
    text,
    thought: '',
    thoughtMs: null,
    status: 'finished',
    createdAt: '',
    think: 'off',
    details: null,
  },
  ...{ endReason: null, modelName: null, hasState: true, basis: null, error: null },
});
const stored: Conversation = {
  ...{ id: 'c', title: '', autoTitle: true, folderId: null, pinned: false, createdAt: '', updatedAt: '' },
  ...{ deletedAt: null, documentId: null, messageCount: 2, systemPrompt: '', think: 'off', draft: 'a draft' },
  replayable: true,
  sampling: { preset: 'chat', custom: null },
  headId: 'a1',
  messages: [message('u1', 'user', null), message('a1', 'assistant', 'u1', 'first')],
};

interface Fixture {
  readonly store: ConversationStore;
  /** What was sent or patched. */
  readonly calls: unknown[];
  /** Draws a frame. */
  frame(): void;
}

async function open(script: (signal: AbortSignal | undefined) => AsyncIterable<TurnEvent>): Promise<Fixture> {
  const calls: unknown[] = [];
  const frames: (() => void)[] = [];
  const turn = (params: unknown, signal?: AbortSignal): AsyncIterable<TurnEvent> => {
    calls.push(params);
    return script(signal);
  };
  const app = {
    getConversation: async () => stored,
    changeConversation: async (params: unknown) => calls.push(params),
    ...{ send: turn, regenerate: turn },
  } as unknown as AppApi;
  const store = createConversationStore({ app, id: 'c', nextFrame: (run) => frames.push(run) });
  await store.reload();
  return { store, calls, frame: () => frames.splice(0).forEach((run) => run()) };
}

const user = message('u2', 'user', 'a1', 'more');
const answer = message('a2', 'assistant', 'u2');

test('pieces come with the frame, and the end as it was stored', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { store, calls, frame } = await open(async function* () {
    yield { type: 'begun', user, answer };
    yield { type: 'prompt', done: 1, total: 2 };
    yield { type: 'thought', text: 'hm' };
    yield { type: 'text', text: 'a' };
    yield { type: 'text', text: 'b' };
    await gate.promise;
    yield { type: 'text', text: 'c' };
    yield { type: 'end', answer: { ...answer, text: 'abc', thoughtMs: 12_000 } };
  });
  let changes = 0;
  const done = store.send('more');
  await expect.poll(() => store.getState().open?.thoughtMs).toBeTypeOf('number');
  store.subscribe(() => changes++);
  expect(store.getState().branch.map(({ id }) => id)).toEqual(['u1', 'a1', 'u2', 'a2']);
  expect(store.getState().open).toMatchObject({ text: '', prompt: { done: 1, total: 2 } });
  frame();
  expect(store.getState().open).toMatchObject({ id: 'a2', text: 'ab', thought: 'hm', prompt: undefined });
  expect(changes).toBe(1);
  gate.resolve(undefined);
  expect(await done).toBe(true);
  frame();
  expect(store.getState()).toMatchObject({ open: undefined, busy: false, finished: 1 });
  expect(store.getState().branch.at(-1)).toMatchObject({ text: 'abc', thoughtMs: 12_000 });
  expect(calls).toEqual([{ conversationId: 'c', parentId: 'a1', text: 'more' }]);
});

test('stopping keeps what the main side kept', async () => {
  const { store } = await open(async function* (signal) {
    yield { type: 'begun', user, answer };
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    yield { type: 'end', answer: { ...answer, text: 'half', status: 'stopped' } };
  });
  const done = store.send('more');
  await expect.poll(() => store.getState().open).toBeDefined();
  expect(await store.send('meanwhile')).toBe(false);
  store.stop();
  expect(await done).toBe(true);
  expect(store.getState().branch.at(-1)).toMatchObject({ text: 'half', status: 'stopped' });
});

test('what was asked is told until it is stored, and stays in the stored draft so long', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { store, calls } = await open(async function* () {
    await gate.promise;
    yield { type: 'begun', user, answer };
    yield { type: 'end', answer: { ...answer, text: 'yes' } };
  });
  store.draft.take('more');
  const done = store.send('more');
  expect(store.getState()).toMatchObject({ busy: true, asked: 'more', open: undefined });
  expect([store.draft.getState().text, calls[0]]).toEqual(['', { id: 'c', patch: { draft: 'more' } }]);
  gate.resolve(undefined);
  expect(await done).toBe(true);
  expect(store.getState()).toMatchObject({ busy: false, asked: undefined });
  expect(calls.at(-1)).toEqual({ id: 'c', patch: { draft: '' } });
});

test('what waits can be taken back', async () => {
  // eslint-disable-next-line require-yield -- it only waits
  const { store } = await open(async function* (signal) {
    await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('cancelled'))));
  });
  const done = store.regenerate('a1');
  expect(store.getState()).toMatchObject({ busy: true, asked: undefined });
  store.stop();
  expect(await done).toBe(false);
  expect(store.getState()).toMatchObject({ busy: false, turnError: undefined });
});

test('a turn that fails at once says why, and nothing changed', async () => {
  // eslint-disable-next-line require-yield -- it only fails
  const { store } = await open(async function* () {
    throw new Error('no model');
  });
  expect(await store.send('more')).toBe(false);
  expect(store.getState().turnError).toBeInstanceOf(Error);
  expect(store.getState().branch).toHaveLength(2);
});

test('an edited message is a version beside the old one', async () => {
  const edited = message('u1b', 'user', null, 'other');
  const { store, calls } = await open(async function* () {
    yield { type: 'begun', user: edited, answer: message('a1b', 'assistant', 'u1b') };
    yield { type: 'end', answer: message('a1b', 'assistant', 'u1b', 'new') };
  });
  await store.edit(message('u1', 'user', null), 'other');
  expect(calls).toEqual([{ conversationId: 'c', parentId: null, text: 'other' }]);
  expect(store.getState().branch.map(({ id }) => id)).toEqual(['u1b', 'a1b']);
  await store.showVersion('u1');
  expect(store.getState().branch.map(({ id }) => id)).toEqual(['u1', 'a1']);
  expect(calls.at(-1)).toEqual({ id: 'c', patch: { headId: 'a1' } });
});

test('a stored draft does not overwrite what is being written', async () => {
  const { store } = await open(async function* () {});
  expect(store.draft.getState().text).toBe('a draft');
  store.draft.set('mine');
  await store.reload();
  expect(store.draft.getState().text).toBe('mine');
});
