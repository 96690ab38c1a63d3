/** Puts together all that serves saved states, over one database, one folder of snapshots and one engine. */
import { join } from 'node:path';
import type { Document } from '../api/documents.ts';
import { StateBundles } from './stateBundles.ts';
import { StateLibrary, type StateLibraryParts } from './stateLibrary.ts';
import { stateMethods, type StateMethodParts, type StateMethods } from './stateMethods.ts';
import { StateStore } from './stateStore.ts';

export interface StateServicesParts extends Omit<StateLibraryParts, 'store' | 'conversations' | 'exists'> {
  readonly dataFolder: string;
  readonly conversations: StateLibraryParts['conversations'] & StateMethodParts['conversations'];
  document(id: string): Promise<Document>;
  /** Of the reading of a document that counts; undefined when nothing was saved of it. */
  snapshotOfDocument(id: string): string | undefined;
}

export interface StateServices {
  readonly methods: StateMethods;
  readonly library: StateLibrary;
  /** For `exportState`: makes the file that a shell hands out. */
  readonly bundles: StateBundles;
}

/** Call `bundles.sweep()` after it. */
export function stateServices(parts: StateServicesParts): StateServices {
  const { db, engine, disposal, folder } = parts;
  const library = new StateLibrary({
    ...parts,
    store: new StateStore(db),
    exists: (source) => isThere(db, source),
  });
  const exportsFolder = join(parts.dataFolder, 'exports');
  const bundles = new StateBundles({ engine, library, disposal, folder, exportsFolder });
  return { library, bundles, methods: stateMethods({ ...parts, library, bundles }) };
}

function isThere(db: StateServicesParts['db'], source: Parameters<StateLibraryParts['exists']>[0]): boolean {
  switch (source.kind) {
    case 'conversation':
      return db.prepare('SELECT 1 FROM conversations WHERE id = ?').get(source.conversationId) !== undefined;
    case 'document':
      return db.prepare('SELECT 1 FROM documents WHERE id = ?').get(source.documentId) !== undefined;
    case 'none':
      return true;
  }
}
