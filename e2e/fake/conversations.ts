/** The fake's part for conversations, folders and the search. */
import type { ConversationMethods } from '../../src/main/app/appMethods.ts';
import type { Conversation } from '../../src/main/api/conversations.ts';
import { search } from './search.ts';
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
  search: async (request) => search(world, request),
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
