/** The contract with the window, method by method: each is one service's, or a line or two. */
import type { DatabaseSync } from 'node:sqlite';
import type { AppApi, AppEvent } from '../api/contract.ts';
import type { Conversations } from '../conversations/conversations.ts';
import type { Turns } from '../conversations/turns.ts';
import type { DocumentServices } from '../documents/documentServices.ts';
import { exportConversation } from '../export/conversationExport.ts';
import type { Handouts } from '../handouts.ts';
import { modelMethods, type ModelFiles } from '../models/modelMethods.ts';
import type { ModelUse } from '../models/modelUse.ts';
import { search } from '../search/search.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { StateServices } from '../states/stateServices.ts';
import type { AppOptions } from './appOptions.ts';
import type { EngineLink } from './engineLink.ts';
import type { Broadcast } from '../broadcast.ts';
import { shellMethods } from './shellMethods.ts';
import { definedOf } from '../defined.ts';

export interface AppMethodsParts {
  readonly db: DatabaseSync;
  readonly events: Broadcast<AppEvent>;
  readonly settings: SettingsStore;
  readonly engine: EngineLink;
  readonly models: ModelUse;
  readonly conversations: Conversations;
  readonly turns: Turns;
  readonly documents: DocumentServices;
  readonly states: StateServices;
  readonly handouts: Handouts;
  readonly files: ModelFiles;
  /** Where damaged files of the app's own are kept. */
  readonly putAside: readonly string[];
  readonly options: AppOptions;
}

export function appMethods(parts: AppMethodsParts): AppApi {
  const { models, turns, settings, options } = parts;
  const documents = parts.documents.methods;
  return {
    ...shellMethods(options),
    ...watching(parts),
    getSettings: async () => settings.current,
    changeSettings: (patch) => settings.change(definedOf(patch)),
    ...conversationMethods(parts),
    send: async function* (params, signal) {
      await models.ensure(signal);
      yield* turns.send(params, signal);
      models.used();
    },
    replayAhead: ({ id }) => turns.replayAhead(id),
    rereadAhead: ({ conversationId, messageId }) => turns.rereadAhead(conversationId, messageId),
    regenerate: async function* (params, signal) {
      await models.ensure(signal);
      yield* turns.regenerate(params, signal);
      models.used();
    },
    ...documents,
    importSample: (_, signal) => documents.importDocuments({ paths: [options.engine.sampleDocument] }, signal),
    startReading: async (params) => {
      await models.ensure();
      return documents.startReading(params);
    },
    askDocument: async function* (params, signal) {
      await models.ensure(signal);
      yield* documents.askDocument(params, signal);
      models.used();
    },
    ...parts.states.methods,
    exportState: async ({ id }) => {
      const { fileName, path } = await parts.states.bundles.exportState(id);
      return { fileName, url: parts.handouts.offer({ fileName, path }) };
    },
    ...modelMethods(parts, parts.files),
  };
}

function watching({ events, engine, settings, files, putAside }: AppMethodsParts): Pick<AppApi, 'watch'> {
  const first = (): AppEvent[] => [
    { type: 'engine', status: engine.status },
    { type: 'settings', settings: settings.current },
    { type: 'downloads', downloads: [...files.downloads.list()] },
    { type: 'put-aside', paths: [...putAside] },
  ];
  return { watch: (_, signal) => events.follow(first, signal) };
}

export type ConversationMethods = Pick<
  AppApi,
  | 'listConversations'
  | 'getConversation'
  | 'createConversation'
  | 'changeConversation'
  | 'deleteConversations'
  | 'restoreConversations'
  | 'purgeConversations'
  | 'forkConversation'
  | 'exportConversation'
  | 'listFolders'
  | 'createFolder'
  | 'renameFolder'
  | 'deleteFolder'
  | 'search'
>;

function conversationMethods({ conversations, documents, events, db }: AppMethodsParts): ConversationMethods {
  const { folders } = conversations;
  const foldersChanged = <T>(result: T): T => {
    events.send({ type: 'changed', what: 'folders' });
    return result;
  };
  return {
    listConversations: async ({ deleted }) => conversations.list(deleted),
    getConversation: async ({ id }) => conversations.get(id),
    createConversation: async ({ folderId }) => conversations.create(folderId),
    changeConversation: async ({ id, patch }) => conversations.change(id, patch),
    deleteConversations: async ({ ids }) => done(() => conversations.delete(ids)),
    restoreConversations: async ({ ids }) => done(() => conversations.restore(ids)),
    purgeConversations: async ({ ids }) => done(() => conversations.purge(ids)),
    forkConversation: async ({ id, messageId }) => conversations.fork(id, messageId),
    exportConversation: async ({ id, format, language }) => exportConversation(conversations.get(id), format, language),
    listFolders: async () => folders.list(),
    createFolder: async ({ name }) => foldersChanged(folders.create(name)),
    renameFolder: async ({ id, name }) => foldersChanged(folders.rename(id, name)),
    deleteFolder: async ({ id }) => foldersChanged(done(() => folders.delete(id))),
    search: async (request) => search({ db, texts: documents.texts }, request),
  };
}

/** Does it, and answers with nothing. */
function done(act: () => void): Record<string, never> {
  act();
  return {};
}
