/** The methods about documents that a window can call. */
import type { AppApi } from '../api/contract.ts';
import type { ConversationAccess } from '../conversationAccess.ts';
import { exportReport } from '../export/documentExport.ts';
import { askDocument, type AskParts } from './ask.ts';
import type { DocumentFiles } from './documentFiles.ts';
import type { Documents } from './documents.ts';
import type { DocumentStore } from './documentStore.ts';
import { importDocuments } from './importing.ts';
import type { Places } from './places.ts';
import type { Readings } from './readings.ts';
import { reportOf } from './report.ts';

export interface DocumentMethodParts extends Omit<AskParts, 'readings'> {
  readonly documents: Documents;
  readonly readings: Readings;
  readonly store: DocumentStore;
  readonly files: DocumentFiles;
  readonly conversations: Pick<ConversationAccess, 'get'>;
  places(documentId: string): Places;
}

export type DocumentMethods = Pick<
  AppApi,
  | 'listDocuments'
  | 'getDocument'
  | 'importDocuments'
  | 'startReading'
  | 'pauseReading'
  | 'cancelReading'
  | 'followReading'
  | 'askDocument'
  | 'getPassage'
  | 'exportDocument'
  | 'deleteDocuments'
  | 'restoreDocuments'
  | 'purgeDocuments'
>;

export function documentMethods(parts: DocumentMethodParts): DocumentMethods {
  const { documents, readings, store, files, conversations, engine } = parts;
  const importing = {
    ...{ engine, files },
    withHash: (sha256: string) => store.withHash(sha256),
    add: documents.add.bind(documents),
    view: (id: string) => documents.get(id),
  };
  return {
    listDocuments: async ({ deleted }) => documents.list(deleted),
    getDocument: ({ id }) => documents.get(id),
    importDocuments: ({ paths }, signal) => importDocuments(importing, paths, signal),
    startReading: async ({ id, ...request }) => readings.start(id, request),
    pauseReading: async ({ id }) => {
      await readings.pause(id);
      return {};
    },
    cancelReading: async ({ id }) => {
      await readings.cancel(id);
      return {};
    },
    followReading: ({ id }, signal) => readings.follow(id, signal),
    askDocument: async function* ({ id, question, mode }, signal) {
      const { conversationId } = documents.rowInUse(id);
      const where = { documentId: id, conversationId, folder: files.folder(id), places: parts.places(id) };
      yield* askDocument(parts, { ...where, question, mode }, signal);
    },
    getPassage: async ({ id, startByte, endByte }) => ({
      text: await files.passage(documents.row(id).id, startByte, endByte),
    }),
    exportDocument: async ({ id, format, language }) => {
      const document = await documents.get(id);
      return exportReport(reportOf(document, conversations.get(document.conversationId)), format, language);
    },
    deleteDocuments: async ({ ids }) => {
      await documents.delete(ids);
      return {};
    },
    restoreDocuments: async ({ ids }) => {
      documents.restore(ids);
      return {};
    },
    purgeDocuments: async ({ ids }) => {
      await documents.purge(ids);
      return {};
    },
  };
}
