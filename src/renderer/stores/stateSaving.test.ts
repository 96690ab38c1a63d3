import { expect, test } from 'vitest';
import { RemoteError } from '../../engine/api/rpc/remoteError.ts';
import type { AppApi } from '../../main/api/contract.ts';
import type { SavedState } from '../../main/api/states.ts';
import { createStateSaving, isGone, type SaveRequest, type StateSaving } from './stateSaving.ts';

type Save = AppApi['saveState'];

const request: SaveRequest = {
  ...{ of: { kind: 'message', conversationId: 'c', messageId: 'm' }, name: 'Birds', kept: true },
};
const state = (name: string): SavedState => ({ id: 's', name }) as SavedState;

function open(saveState: Save): { saving: StateSaving; gone: () => boolean } {
  const saving = createStateSaving({ saveState });
  saving.ask(request);
  return { saving, gone: () => isGone(saving.getState()) };
}

test('what was asked for is saved under its name, and then nothing is asked for', async () => {
  const calls: unknown[] = [];
  const { saving } = open(async (params) => {
    calls.push(params);
    return state(params.name);
  });
  expect(saving.getState()).toMatchObject({ request, saving: false, error: undefined });
  const done = saving.save('Geese', ['birds']);
  expect(saving.getState().saving).toBe(true);
  // Enter pressed twice.
  expect(await saving.save('Geese', ['birds'])).toBeUndefined();
  expect(await done).toMatchObject({ name: 'Geese' });
  expect(calls).toEqual([{ name: 'Geese', tags: ['birds'], of: request.of }]);
  expect(saving.getState().request).toBeUndefined();
  expect(await saving.save('Geese', [])).toBeUndefined();
});

test('a failure is said, and the name can be tried again', async () => {
  let full = true;
  const { saving, gone } = open(async ({ name }) => {
    if (full) throw new RemoteError({ code: 'disk-full', message: 'no space' });
    return state(name);
  });
  expect(await saving.save('Geese', [])).toBeUndefined();
  expect(saving.getState()).toMatchObject({ request, saving: false, error: { code: 'disk-full' } });
  expect(gone()).toBe(false);
  full = false;
  expect(await saving.save('Geese', [])).toMatchObject({ name: 'Geese' });
});

test('closing while it is saved does not undo it, and leaves what is asked for next alone', async () => {
  const gate = Promise.withResolvers<SavedState>();
  const { saving } = open(() => gate.promise);
  const done = saving.save('Geese', []);
  saving.close();
  const next = { ...request, name: 'Ducks' };
  saving.ask(next);
  gate.resolve(state('Geese'));
  expect(await done).toMatchObject({ name: 'Geese' });
  expect(saving.getState()).toEqual({ request: next, saving: false, error: undefined });
});

test.each(['snapshot-missing', 'snapshot-unreadable'])('%s means that the state is gone', async (code) => {
  const { saving, gone } = open(async () => {
    throw new RemoteError({ code, message: 'gone' });
  });
  expect(gone()).toBe(false);
  await saving.save('Geese', []);
  expect(gone()).toBe(true);
  saving.close();
  expect(gone()).toBe(false);
});

test('what is known not to be kept is gone at once; a document has its own next step', async () => {
  const { saving, gone } = open(async () => {
    throw new RemoteError({ code: 'snapshot-missing', message: 'gone' });
  });
  saving.ask({ ...request, kept: false });
  expect(gone()).toBe(true);
  saving.ask({ of: { kind: 'document', documentId: 'd' }, name: 'Book', kept: true });
  await saving.save('Book', []);
  expect([gone(), saving.getState().error]).toEqual([false, expect.any(RemoteError)]);
});
