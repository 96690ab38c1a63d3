import { expect, test } from 'vitest';
import { createNavigation, hashOf, viewOf, type View } from './navigation.ts';

test.each<View>([
  { kind: 'chat' },
  { kind: 'conversation', id: 'a-1' },
  { kind: 'conversation', id: 'a-1', messageId: 'm' },
  { kind: 'document', id: 'd', section: 0 },
  { kind: 'document', id: 'd' },
  { kind: 'document', id: 'd', passage: { startByte: 0, endByte: 90, page: 3, words: ['灯塔', 'a/b', '100%'] } },
  { kind: 'document', id: 'd', passage: { startByte: 5, endByte: 9, page: null, words: [] } },
  { kind: 'document', id: 'd', messageId: 'm' },
  { kind: 'states' },
  { kind: 'states', stateId: 's-1' },
  { kind: 'privacy' },
])('%j stands in the address', (view) => {
  expect(viewOf(hashOf(view))).toEqual(view);
});

test.each(['', '#', '#/', '#/nonsense', '#/conversation/', '#/document'])('%j is a new chat', (hash) => {
  expect(viewOf(hash)).toEqual({ kind: 'chat' });
});

test('follows the address, and writes it', () => {
  const listeners: (() => void)[] = [];
  const page = {
    location: { hash: '#/models' },
    addEventListener: (_: string, listener: () => void) => listeners.push(listener),
  };
  const navigation = createNavigation(page as unknown as Window);
  expect(navigation.getState().view).toEqual({ kind: 'models' });
  navigation.go({ kind: 'states' });
  expect(page.location.hash).toBe('#/states');
  page.location.hash = '#/document/d';
  for (const listener of listeners) listener();
  expect(navigation.getState().view).toEqual({ kind: 'document', id: 'd' });
});
