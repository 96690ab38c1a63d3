/** The documents that were opened in this window. Their readings are followed also while another view is shown. */
import type { AppEvent } from '../../main/api/contract.ts';
import type { DocumentSummary } from '../../main/api/documents.ts';
import { createDocumentStore, type DocumentOptions, type DocumentStore } from './document.ts';

export interface Documents {
  /** The store of a document, which begins to load it when it is new. */
  open(id: string): DocumentStore;
  /** After the line came back: what is shown may be old. */
  reloadAll(): void;
  onEvent(event: AppEvent): void;
}

export interface DocumentsOptions extends Omit<DocumentOptions, 'id'> {
  /** How far a reading is, at each of its reports. */
  readonly onReading: (id: string, reading: Pick<DocumentSummary, 'status' | 'fraction'>) => void;
}

export function createDocuments({ app, nextFrame, onReading }: DocumentsOptions): Documents {
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
      made.subscribe(({ live }, before) => {
        if (!live || live.reading === before.live?.reading) return;
        const { status, progress } = live.reading;
        onReading(id, { status, fraction: status === 'finished' ? 1 : (progress?.fraction ?? 0) });
      });
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
