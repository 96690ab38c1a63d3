/**
 * The lists of the sidebar: conversations, folders, documents. Asked for again when the main side says so; of a
 * conversation that changed its row comes along.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi, AppEvent } from '../../main/api/contract.ts';
import type { ConversationSummary, Folder } from '../../main/api/conversations.ts';
import type { DocumentSummary } from '../../main/api/documents.ts';

export interface LibraryState {
  /** Undefined until the first answer came. */
  readonly conversations: readonly ConversationSummary[] | undefined;
  readonly folders: readonly Folder[];
  readonly documents: readonly DocumentSummary[] | undefined;
}
export type Library = StoreApi<LibraryState> & {
  refresh(what: 'conversations' | 'folders' | 'documents'): Promise<void>;
  refreshAll(): void;
  /** What a reading that is followed tells sooner than the list. */
  noteReading(id: string, reading: Pick<DocumentSummary, 'status' | 'fraction'>): void;
  onEvent(event: AppEvent): void;
};

export function createLibrary(app: AppApi): Library {
  const store = createStore<LibraryState>(() => ({ conversations: undefined, folders: [], documents: undefined }));
  /** For each list on its way, the rows that came since it was asked for: they are newer, or the same. */
  const underWay = new Set<ConversationSummary[]>();
  const loadConversations = async (): Promise<void> => {
    const since: ConversationSummary[] = [];
    underWay.add(since);
    try {
      const listed: readonly ConversationSummary[] = await app.listConversations({ deleted: false });
      store.setState({ conversations: since.reduce(withRow, listed) });
    } finally {
      underWay.delete(since);
    }
  };
  const takeRow = (row: ConversationSummary): void => {
    for (const since of underWay) since.push(row);
    store.setState(({ conversations }) => ({ conversations: conversations && withRow(conversations, row) }));
  };
  const load = {
    conversations: loadConversations,
    folders: async () => store.setState({ folders: await app.listFolders({}) }),
    documents: async () => store.setState({ documents: await app.listDocuments({ deleted: false }) }),
  };
  const refresh = async (what: keyof typeof load): Promise<void> => {
    // A line that is cut comes back with `refreshAll`.
    await load[what]().catch((error: unknown) => console.info(`The ${what} could not be listed.`, error));
  };
  return Object.assign(store, {
    refresh,
    noteReading: (id: string, reading: Pick<DocumentSummary, 'status' | 'fraction'>) =>
      store.setState(({ documents }) => ({
        documents: documents?.map((document) => (document.id === id ? { ...document, ...reading } : document)),
      })),
    refreshAll: () => {
      for (const what of ['conversations', 'folders', 'documents'] as const) void refresh(what);
    },
    onEvent: (event: AppEvent) => {
      if (event.type === 'conversation-row') takeRow(event.row);
      if (event.type !== 'changed') return;
      const { what } = event;
      if (what === 'conversations' || what === 'folders' || what === 'documents') void refresh(what);
    },
  });
}

/** Questions about documents are not listed, nor is what is in the bin. */
function withRow(list: readonly ConversationSummary[], row: ConversationSummary): readonly ConversationSummary[] {
  const listed = row.deletedAt === null && row.documentId === null;
  if (listed && list.some(({ id }) => id === row.id)) return list.map((old) => (old.id === row.id ? row : old));
  const others = list.filter(({ id }) => id !== row.id);
  return listed ? [row, ...others] : others;
}
