import { expect, test } from 'vitest';
import type { Conversation, Message } from '../../src/main/api/conversations.ts';
import type { SavedState } from '../../src/main/api/states.ts';
import { Ledger } from './ledger.ts';

const message = (id: string, text: string, status: Message['status'] = 'finished'): Message => ({
  ...{ id, parentId: null, role: 'assistant', text, thought: '', thoughtMs: null, status, think: 'off' },
  ...{ createdAt: '2026-01-01T00:00:00Z', details: null, endReason: null, modelName: null, hasState: true },
  ...{ basis: null, error: null },
});

/** What the ledger asks of the app, for one conversation and some states. */
const appWith = (messages: Message[], states: Pick<SavedState, 'id' | 'name' | 'usable'>[] = []) => ({
  getConversation: () => Promise.resolve({ messages } as unknown as Conversation),
  listStates: () => Promise.resolve({ states: states as SavedState[], usedBytes: 0, quotaBytes: 0, freeDiskBytes: 0 }),
});

function ledgerOf(...messages: Message[]): Ledger {
  const ledger = new Ledger();
  for (const one of messages) ledger.finished('c', one);
  return ledger;
}

test('what is as it was shown is no violation', async () => {
  const ledger = ledgerOf(message('1', 'Hello'));
  ledger.saved('s', 'state');
  const app = appWith([message('1', 'Hello')], [{ id: 's', name: 'state', usable: 'yes' }]);
  expect(await ledger.violations(app)).toEqual([]);
  expect(ledger.counts).toEqual({ messages: 1, states: 1 });
});

test.each([
  ['is gone', []],
  ['has another text', [message('1', 'Hell')]],
  ['is said to have been stopped', [message('1', 'Hello', 'stopped')]],
  ['follows another one', [{ ...message('1', 'Hello'), parentId: '0' }]],
])('a message that %s is found', async (_, kept) => {
  expect(await ledgerOf(message('1', 'Hello')).violations(appWith(kept))).toEqual([
    expect.stringMatching(/^message 1: shown "Hello" finished/),
  ]);
});

test('an answer that nobody writes any more is found', async () => {
  const app = appWith([message('1', 'Hello'), message('2', '', 'writing')]);
  expect(await ledgerOf(message('1', 'Hello')).violations(app)).toEqual(['message 2 is said to be written still']);
});

test.each([
  ['is gone', [], 'is gone'],
  ['is damaged', [{ id: 's', name: 'state', usable: 'damaged' } as const], 'damaged'],
])('a state that %s is found', async (_, states, why) => {
  const ledger = new Ledger();
  ledger.saved('s', 'state');
  expect(await ledger.violations(appWith([], states))).toEqual([`state state: ${why}`]);
});

test('what was said first after a state is what is expected', () => {
  const ledger = new Ledger();
  expect(ledger.continuation('s', 'one')).toBe('one');
  expect(ledger.continuation('s', 'two')).toBe('one');
});
