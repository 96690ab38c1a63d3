import { expect, test } from 'vitest';
import type { Message } from '../../../main/api/conversations.ts';
import { isSavable, lastSavable } from './savable.ts';

const message = (id: string, role: Message['role'], status: Message['status'] = 'finished'): Message =>
  ({ id, role, status }) as Message;

test('answers that came to their end can be saved', () => {
  expect(isSavable(message('a', 'assistant'))).toBe(true);
  expect(isSavable(message('a', 'assistant', 'stopped'))).toBe(true);
  expect(isSavable(message('a', 'assistant', 'writing'))).toBe(false);
  expect(isSavable(message('a', 'assistant', 'failed'))).toBe(false);
  expect(isSavable(message('u', 'user'))).toBe(false);
});

test('of a chat the last of them, but not while the next one is being written', () => {
  const failed = message('a2', 'assistant', 'failed');
  const branch = [message('u1', 'user'), message('a1', 'assistant'), message('u2', 'user'), failed];
  expect(lastSavable({ branch, busy: false })?.id).toBe('a1');
  expect(lastSavable({ branch, busy: true })).toBeUndefined();
  expect(lastSavable({ branch: branch.slice(0, 1), busy: false })).toBeUndefined();
});
