/** The sidebar's order of conversations: pinned, folders, today, earlier; each with the latest first. */
import type { ConversationSummary, Folder } from '../../main/api/conversations.ts';

export interface ConversationGroups {
  readonly pinned: readonly ConversationSummary[];
  readonly folders: readonly { readonly folder: Folder; readonly conversations: readonly ConversationSummary[] }[];
  readonly today: readonly ConversationSummary[];
  readonly earlier: readonly ConversationSummary[];
}

/** Questions about documents are left out: they stand with their document. */
export function groupConversations(
  conversations: readonly ConversationSummary[],
  folders: readonly Folder[],
  now: Date,
): ConversationGroups {
  const chats = conversations
    .filter(({ documentId }) => documentId === null)
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  const known = new Set(folders.map(({ id }) => id));
  const loose = chats.filter(({ pinned, folderId }) => !pinned && (folderId === null || !known.has(folderId)));
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const isToday = ({ updatedAt }: ConversationSummary): boolean => Date.parse(updatedAt) >= midnight;
  return {
    pinned: chats.filter(({ pinned }) => pinned),
    folders: folders.map((folder) => ({
      folder,
      conversations: chats.filter(({ pinned, folderId }) => !pinned && folderId === folder.id),
    })),
    today: loose.filter(isToday),
    earlier: loose.filter((chat) => !isToday(chat)),
  };
}

/** All of them, from top to bottom. */
export const chatOrder = ({ pinned, folders, today, earlier }: ConversationGroups): ConversationSummary[] => [
  ...pinned,
  ...folders.flatMap(({ conversations }) => conversations),
  ...today,
  ...earlier,
];
