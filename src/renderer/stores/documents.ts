/** The documents that were opened in this window. Their readings are followed also while another view is shown. */
import type { AppApi, AppEvent } from '../../main/api/contract.ts';
import { createDocumentStore, type DocumentStore } from './document.ts';

export interface Documents {
  /** The store of a document, which begins to load it when it is new. */
  open(id: string): DocumentStore;
  /** After the line came back: what is shown may be old. */
  reloadAll(): void;
  onEvent(event: AppEvent): void;
}

export function createDocuments(app: AppApi, nextFrame: (run: () => void) => void): Documents {
  const stores = new Map<string, DocumentStore>();
  const reloadAll = (): void => {
    for (const store of stores.values()) void store.reload();
  };
  return {
    reloadAll,
    open: (id) => {
      const known = stores.get(id);
      if (known) return known;
      const made = createDocumentStore({ app, id, nextFrame });
      stores.set(id, made);
      void made.reload();
      return made;
    },
    onEvent: (event) => {
      if (event.type === 'document') void stores.get(event.id)?.reload();
      // How long reading takes, and what can be asked from memory, depends on the model.
      if (event.type === 'engine' && event.status.type !== 'loading') reloadAll();
    },
  };
}
