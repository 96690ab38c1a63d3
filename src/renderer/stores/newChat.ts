/** The chat that was not begun yet: what is written for it, and how it shall be answered. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi } from '../../main/api/contract.ts';
import type { Conversation } from '../../main/api/conversations.ts';
import { createDraft, type Draft } from './draft.ts';

export type ChatOptions = Pick<Conversation, 'systemPrompt' | 'think' | 'sampling'>;

export type NewChat = StoreApi<{ readonly options: Partial<ChatOptions> }> & {
  readonly draft: Draft;
  change(patch: Partial<ChatOptions>): void;
  /** Makes the conversation on the main side, with these options. */
  create(): Promise<Conversation>;
  /** After the first message is stored: the next new chat begins empty. */
  clear(): void;
};

const KEY = 'anser.newChat.draft';

/** @param storage where the draft outlives a reload of the page */
export function createNewChat(app: AppApi, storage: Pick<Storage, 'getItem' | 'setItem'>): NewChat {
  const store = createStore<{ options: Partial<ChatOptions> }>(() => ({ options: {} }));
  const draft = createDraft(async (text) => storage.setItem(KEY, text));
  draft.offer(storage.getItem(KEY) ?? '');
  return Object.assign(store, {
    draft,
    change: (patch: Partial<ChatOptions>) => store.setState(({ options }) => ({ options: { ...options, ...patch } })),
    create: async () => {
      const made = await app.createConversation({ folderId: null });
      const { options } = store.getState();
      if (Object.keys(options).length > 0) await app.changeConversation({ id: made.id, patch: options });
      return { ...made, ...options };
    },
    clear: () => {
      store.setState({ options: {} });
      draft.set('');
    },
  });
}
