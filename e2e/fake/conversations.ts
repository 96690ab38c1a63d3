/** The fake's part for conversations, folders and the search. */
import type { ConversationMethods } from '../../src/main/app/appMethods.ts';
import type { Conversation, SearchHit } from '../../src/main/api/conversations.ts';
import { summaryOf, type World } from './world.ts';

type ConversationPart = ConversationMethods;

export const conversationPart = (world: World): ConversationPart => ({
  listConversations: async ({ deleted }) =>
    [...world.conversations.values()].filter(({ deletedAt }) => (deletedAt !== null) === deleted).map(summaryOf),
  getConversation: async ({ id }) => world.conversation(id),
  createConversation: async ({ folderId }) => world.addConversation({ folderId }),
  changeConversation: async ({ id, patch }) => {
    const known = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const changed = world.change(id, { ...known, ...(patch.title !== undefined && { autoTitle: false }) });
    return summaryOf(changed);
  },
  deleteConversations: async ({ ids }) => {
    for (const id of ids) world.change(id, { deletedAt: world.now() });
    return {};
  },
  restoreConversations: async ({ ids }) => {
    for (const id of ids) world.change(id, { deletedAt: null });
    return {};
  },
  purgeConversations: async ({ ids }) => {
    for (const id of ids) world.conversations.delete(id);
    world.emit({ type: 'changed', what: 'conversations' });
    return {};
  },
  forkConversation: async ({ id, messageId }) => fork(world, world.conversation(id), messageId),
  exportConversation: async ({ id, format, language }) => ({
    ...{
      fileName: `chat.${language}.${{ markdown: 'md', html: 'html', json: 'json' }[format]}`,
      mimeType: 'text/plain',
    },
    content: world
      .conversation(id)
      .messages.map(({ text }) => text)
      .join('\n\n'),
  }),
  listFolders: async () =>
    [...world.folders.values()].map((folder) => ({
      ...folder,
      conversationCount: [...world.conversations.values()].filter(({ folderId }) => folderId === folder.id).length,
    })),
  createFolder: async ({ name }) => {
    const folder = { id: world.newId('f'), name, conversationCount: 0 };
    world.folders.set(folder.id, folder);
    world.emit({ type: 'changed', what: 'folders' });
    return folder;
  },
  renameFolder: async ({ id, name }) => {
    const folder = { id, name, conversationCount: 0 };
    world.folders.set(id, folder);
    world.emit({ type: 'changed', what: 'folders' });
    return folder;
  },
  deleteFolder: async ({ id }) => {
    world.folders.delete(id);
    world.emit({ type: 'changed', what: 'folders' });
    return {};
  },
  search: async ({ query, limit }) => search(world, query).slice(0, limit),
});

/** The branch that ends in the message, with new ids. */
function fork(world: World, from: Conversation, messageId: string): Conversation {
  const branch = [];
  for (let id: string | null = messageId; id !== null;) {
    const message = from.messages.find((candidate) => candidate.id === id);
    if (!message) break;
    branch.unshift(message);
    id = message.parentId;
  }
  let parentId: string | null = null;
  const messages = branch.map((message) => {
    const copy = { ...message, id: world.newId('m'), parentId };
    parentId = copy.id;
    return copy;
  });
  return world.addConversation({ title: from.title, messages });
}

function search(world: World, query: string): SearchHit[] {
  const hits: SearchHit[] = [];
  for (const { id, title, messages, deletedAt } of world.conversations.values()) {
    if (deletedAt !== null) continue;
    const inTitle = marked(title, query);
    if (inTitle) hits.push({ kind: 'title', conversationId: id, title, snippet: inTitle });
    for (const { id: messageId, text } of messages) {
      const snippet = marked(text, query);
      if (snippet) hits.push({ kind: 'message', documentId: null, conversationId: id, messageId, title, snippet });
    }
  }
  return hits;
}

const AROUND = 40;

function marked(text: string, query: string): { text: string; match: boolean }[] | undefined {
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0 || query === '') return undefined;
  const end = at + query.length;
  return [
    { text: text.slice(Math.max(0, at - AROUND), at), match: false },
    { text: text.slice(at, end), match: true },
    { text: text.slice(end, end + AROUND), match: false },
  ];
}
