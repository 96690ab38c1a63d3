import { expect, test } from 'vitest';
import type { Message } from '../../main/api/conversations.ts';
import { branchTo, latestBelow, versionsOf } from './branch.ts';

const message = (id: string, parentId: string | null): Message => ({
  ...{ id, parentId, role: id.startsWith('u') ? 'user' : 'assistant', text: '', thought: '', status: 'finished' },
  ...{
    createdAt: '',
    thoughtMs: null,
    think: 'off',
    details: null,
    endReason: null,
    modelName: null,
    hasState: true,
    basis: null,
  },
  error: null,
});
const tree = [
  message('u1', null),
  message('a1', 'u1'),
  message('u2', 'a1'),
  message('a2', 'u2'),
  message('a1b', 'u1'),
  message('u2b', 'a1'),
  message('a2b', 'u2b'),
];
const ids = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

test('a branch goes from the first message to its head', () => {
  expect(ids(branchTo(tree, 'a2'))).toEqual(['u1', 'a1', 'u2', 'a2']);
  expect(ids(branchTo(tree, 'a1b'))).toEqual(['u1', 'a1b']);
  expect(branchTo(tree, null)).toEqual([]);
  expect(branchTo(tree, 'gone')).toEqual([]);
});

test('damaged data ends a branch', () => {
  expect(ids(branchTo([message('u1', 'a1'), message('a1', 'u1')], 'a1'))).toEqual(['u1', 'a1']);
  expect(latestBelow([message('u1', 'a1'), message('a1', 'u1')], 'a1')).toMatch(/^[ua]1$/);
});

test('versions share their parent', () => {
  expect(ids(versionsOf(tree, message('a1', 'u1')))).toEqual(['a1', 'a1b']);
  expect(ids(versionsOf(tree, message('u2b', 'a1')))).toEqual(['u2', 'u2b']);
});

test('a version leads to what was written last below it', () => {
  expect(latestBelow(tree, 'a1')).toBe('a2b');
  expect(latestBelow(tree, 'u2')).toBe('a2');
  expect(latestBelow(tree, 'a1b')).toBe('a1b');
});
