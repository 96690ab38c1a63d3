/** The conversations that were opened in this window. They live on when another view is shown, and so do their answers. */
import type { AppApi, AppEvent } from '../../main/api/contract.ts';
import { createConversationStore, type ConversationStore } from './conversation.ts';
import { nextFrame } from './nextFrame.ts';

export interface Conversations {
  /** The store of a conversation, which begins to load it when it is new. */
  open(id: string): ConversationStore;
  /** After the line came back: what is shown may be old. */
  reloadAll(): void;
  onEvent(event: AppEvent): void;
}

export function createConversations(app: AppApi): Conversations {
  const stores = new Map<string, ConversationStore>();
  return {
    open: (id) => {
      const known = stores.get(id);
      if (known) return known;
      const made = createConversationStore({ app, id, nextFrame });
      stores.set(id, made);
      void made.reload();
      return made;
    },
    reloadAll: () => {
      for (const store of stores.values()) void store.reload();
    },
    onEvent: (event) => {
      if (event.type === 'conversation') void stores.get(event.id)?.reload();
      if (event.type === 'draft') stores.get(event.conversationId)?.draft.offer(event.text);
    },
  };
}
