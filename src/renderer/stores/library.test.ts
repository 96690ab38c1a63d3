import { expect, test } from 'vitest';
import type { AppApi } from '../../main/api/contract.ts';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { createLibrary, type Library } from './library.ts';

const row = (id: string, patch: Partial<ConversationSummary> = {}): ConversationSummary => ({
  ...{ id, title: id, autoTitle: true, folderId: null, pinned: false, createdAt: '', updatedAt: '', deletedAt: null },
  ...{ documentId: null, messageCount: 0 },
  ...patch,
});

interface Fixture {
  readonly library: Library;
  /** What was asked for. */
  readonly asked: string[];
  titles(): readonly string[] | undefined;
  /** Answers the oldest list that is on its way. */
  answer(rows: readonly ConversationSummary[]): Promise<void>;
}

function open(): Fixture {
  const asked: string[] = [];
  const waiting: ((rows: readonly ConversationSummary[]) => void)[] = [];
  const app = {
    listConversations: async () => {
      asked.push('conversations');
      return await new Promise((resolve) => waiting.push(resolve));
    },
    listFolders: async () => {
      asked.push('folders');
      return [];
    },
  } as unknown as AppApi;
  const library = createLibrary(app);
  return {
    ...{ library, asked },
    titles: () => library.getState().conversations?.map(({ title }) => title),
    answer: async (rows) => {
      waiting.shift()?.(rows);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test('a conversation that changed changes its row, and nothing is asked for', async () => {
  const { library, asked, titles, answer } = open();
  void library.refresh('conversations');
  await answer([row('a'), row('b')]);
  library.onEvent({ type: 'conversation-row', row: row('b', { title: 'B' }) });
  expect(titles()).toEqual(['a', 'B']);
  library.onEvent({ type: 'conversation-row', row: row('new') });
  expect(titles()).toEqual(['new', 'a', 'B']);
  library.onEvent({ type: 'conversation-row', row: row('a', { deletedAt: '2026' }) });
  library.onEvent({ type: 'conversation-row', row: row('asked', { documentId: 'd' }) });
  library.onEvent({ type: 'draft', conversationId: 'b', text: 'half' });
  expect(titles()).toEqual(['new', 'B']);
  expect(asked).toEqual(['conversations']);
});

test('a row that comes while the list is on its way is not lost to it', async () => {
  const { library, titles, answer } = open();
  void library.refresh('conversations');
  library.onEvent({ type: 'conversation-row', row: row('a', { title: 'renamed' }) });
  await answer([row('a'), row('b')]);
  expect(titles()).toEqual(['renamed', 'b']);
});

test('a list that was asked for after a row came knows better', async () => {
  const { library, titles, answer } = open();
  void library.refresh('conversations');
  library.onEvent({ type: 'conversation-row', row: row('a') });
  library.onEvent({ type: 'changed', what: 'conversations' });
  await answer([row('a'), row('b')]);
  await answer([row('b')]);
  expect(titles()).toEqual(['b']);
});
