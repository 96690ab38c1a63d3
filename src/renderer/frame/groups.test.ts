import { expect, test } from 'vitest';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { chatOrder, groupConversations } from './groups.ts';

const now = new Date(2026, 4, 5, 12);
const chat = (id: string, hoursAgo: number, rest: Partial<ConversationSummary> = {}): ConversationSummary => ({
  ...{ id, title: id, autoTitle: true, folderId: null, pinned: false, createdAt: '', deletedAt: null },
  ...{ documentId: null, messageCount: 1, updatedAt: new Date(now.getTime() - hoursAgo * 3_600_000).toISOString() },
  ...rest,
});
const folder = { id: 'f', name: 'Books', conversationCount: 1 };

test('each chat stands in one group, the latest first', () => {
  const groups = groupConversations(
    [
      chat('old', 50),
      chat('yesterday', 13),
      chat('morning', 11),
      chat('now', 0),
      chat('kept', 99, { pinned: true, folderId: 'f' }),
      chat('filed', 1, { folderId: 'f' }),
      chat('lost', 2, { folderId: 'gone' }),
      chat('question', 0, { documentId: 'd' }),
    ],
    [folder],
    now,
  );
  expect(chatOrder(groups).map(({ id }) => id)).toEqual([
    'kept',
    'filed',
    'now',
    'lost',
    'morning',
    'yesterday',
    'old',
  ]);
  expect(groups.today.map(({ id }) => id)).toEqual(['now', 'lost', 'morning']);
});
