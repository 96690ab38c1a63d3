/** What the main side offers to a window, whichever shell it runs in. */
import {
  array,
  boolean,
  type InferOutput,
  literal,
  nullable,
  object,
  optional,
  picklist,
  string,
  variant,
} from 'valibot';
import { call, stream, type Api } from '../../engine/api/rpc/contract.ts';
import { count, path, precision, thinkMode } from '../../engine/api/schemas.ts';
import * as c from './conversations.ts';
import * as d from './documents.ts';
import * as m from './models.ts';
import { about, nothing, settings, settingsPatch } from './settings.ts';
import * as st from './states.ts';

const one = object({ id: c.id });
const several = object({ ids: array(c.id) });

/** Something changed that a window may be showing. Small things come along; for lists it asks again. */
const appEvent = variant('type', [
  object({ type: literal('engine'), status: m.engineStatus }),
  object({ type: literal('settings'), settings }),
  object({ type: literal('downloads'), downloads: array(m.download) }),
  /** Files of the app's own were damaged: where each is kept now. The app goes on without what they held. */
  object({ type: literal('put-aside'), paths: array(string()) }),
  object({ type: literal('changed'), what: picklist(['conversations', 'folders', 'documents', 'states', 'models']) }),
  /** A conversation as lists show it: a new one, or one of which that changed. */
  object({ type: literal('conversation-row'), row: c.conversationSummary }),
  /** Its messages or its options changed. */
  object({ type: literal('conversation'), id: c.id }),
  object({ type: literal('draft'), conversationId: c.id, text: string() }),
  object({ type: literal('document'), id: c.id }),
  /** The engine process ended and was started again; what was under way, in one code for a sentence. */
  object({ type: literal('engine-restarted'), interrupted: picklist(['nothing', 'answer', 'reading', 'both']) }),
]);
export type AppEvent = InferOutput<typeof appEvent>;
/** What windows hear of conversations. */
export type ConversationNews = Extract<AppEvent, { type: 'changed' | 'conversation-row' | 'conversation' | 'draft' }>;

export const appContract = {
  about: call(nothing, about),
  /** Begins with the engine's status, the settings, the downloads, and what was put aside, as they are. */
  watch: stream(nothing, appEvent),
  getSettings: call(nothing, settings),
  changeSettings: call(settingsPatch, settings),
  /** The system's dialog; null when the user took none. Only where `about.dialogs`. */
  pickFiles: call(object({ kind: picklist(['documents', 'models', 'bundle']) }), array(path)),
  pickFolder: call(nothing, nullable(path)),
  /** Opens a link outside of the app, after the window has shown where it leads. `https:`, `http:` and `mailto:` only. */
  openLink: call(object({ url: string() }), nothing),
  revealInFolder: call(object({ path }), nothing),

  listConversations: call(object({ deleted: boolean() }), array(c.conversationSummary)),
  getConversation: call(one, c.conversation),
  createConversation: call(object({ folderId: nullable(c.id) }), c.conversation),
  changeConversation: call(object({ id: c.id, patch: c.conversationPatch }), c.conversationSummary),
  /** Into the bin, from which `restoreConversations` brings them back. */
  deleteConversations: call(several, nothing),
  restoreConversations: call(several, nothing),
  /** For good, with the states that nothing else uses. */
  purgeConversations: call(several, nothing),
  /** A conversation that begins with everything up to the message. Instant: states are shared until they differ. */
  forkConversation: call(object({ id: c.id, messageId: c.id }), c.conversation),
  exportConversation: call(c.exportRequest, c.exported),
  listFolders: call(nothing, array(c.folder)),
  createFolder: call(object({ name: string() }), c.folder),
  renameFolder: call(object({ id: c.id, name: string() }), c.folder),
  /** Its conversations stay, outside of it. */
  deleteFolder: call(one, nothing),
  /** Of every kind, or of one, up to `limit` hits; kinds of which there are none are left out. */
  search: call(object({ query: string(), limit: count, kind: optional(c.searchKind) }), array(c.searchGroup)),

  /** Says something after the message `parentId` (null: at the beginning) and answers. Cancelling keeps what is there. */
  send: stream(
    object({ conversationId: c.id, parentId: nullable(c.id), text: string(), think: optional(thinkMode) }),
    c.turnEvent,
  ),
  /** What `send` at the end of the branch that is shown would have to read again; null where it can go on from a state. */
  replayAhead: call(one, nullable(c.replayAhead)),
  /** What `send` after a message would have to read again; null where the state after it can be used, and without a model. */
  rereadAhead: call(object({ conversationId: c.id, messageId: c.id }), nullable(c.rereadAhead)),
  /** Another version of an answer. */
  regenerate: stream(object({ conversationId: c.id, messageId: c.id, think: optional(thinkMode) }), c.turnEvent),

  listDocuments: call(object({ deleted: boolean() }), array(d.documentSummary)),
  getDocument: call(one, d.document),
  /** Files and folders; each file ends in `imported` or `rejected`. */
  importDocuments: stream(object({ paths: array(path) }), d.importEvent),
  /** The document that comes with the app: no window has its path. */
  importSample: stream(nothing, d.importEvent),
  /**
   * Begins a reading or goes on with it; waits while another document is being read. With `fresh` it begins anew, also
   * where another model has begun; what was read before goes when that is finished.
   * @throws `snapshot-mismatch` when another model has begun it, `model-unloaded`
   */
  startReading: call(
    object({ id: c.id, focus: string(), summarise: boolean(), fresh: optional(boolean()) }),
    d.reading,
  ),
  pauseReading: call(one, nothing),
  /** Stops and throws away the state and the summaries; the document stays. */
  cancelReading: call(one, nothing),
  /** Ends when the reading does. */
  followReading: stream(one, d.readingEvent),
  askDocument: stream(object({ id: c.id, question: string(), mode: d.askMode }), c.turnEvent),
  /** A part of the document's text, for showing what an answer rests on. */
  getPassage: call(object({ id: c.id, startByte: count, endByte: count }), object({ text: string() })),
  exportDocument: call(c.exportRequest, c.exported),
  /** Into the bin, together with its states and its questions. */
  deleteDocuments: call(several, nothing),
  restoreDocuments: call(several, nothing),
  purgeDocuments: call(several, nothing),

  listStates: call(nothing, st.stateLibrary),
  /** Names the state after a message, or that of a document's reading. @throws `snapshot-missing` when it is not kept */
  saveState: call(
    object({
      name: string(),
      tags: array(string()),
      of: variant('kind', [
        object({ kind: literal('message'), conversationId: c.id, messageId: c.id }),
        object({ kind: literal('document'), documentId: c.id }),
      ]),
    }),
    st.savedState,
  ),
  changeState: call(object({ id: c.id, patch: st.statePatch }), st.savedState),
  duplicateState: call(one, st.savedState),
  deleteStates: call(several, nothing),
  /** A new conversation that goes on from the state. @throws `snapshot-mismatch`, `snapshot-unreadable` */
  openState: call(one, c.conversation),
  /** The same by reading its transcript with the model that is loaded. */
  replayState: call(one, c.conversation),
  /** Makes a bundle of transcript and state; the path below the shell's own address from which it can be fetched once. */
  exportState: call(one, object({ fileName: string(), url: string() })),
  importState: call(object({ path }), st.savedState),

  listModels: call(nothing, m.modelList),
  /** @throws `file-exists` when a copy's name is taken and `onConflict` does not say what to do, `model-in-use` */
  addModel: stream(
    object({ path, how: picklist(['link', 'copy']), onConflict: optional(m.onConflict) }),
    m.addModelEvent,
  ),
  /** Takes it off the list; deletes the file only if `deleteFile` and it lies in the models folder. */
  removeModel: call(object({ id: c.id, deleteFile: boolean() }), nothing),
  /** Its progress is the engine's status. */
  loadModel: call(object({ id: c.id, precision }), nothing),
  unloadModel: call(nothing, nothing),
  listAdapters: call(nothing, array(object({ name: string(), software: boolean() }))),
  getQuantisedUse: call(nothing, m.quantisedUse),
  /** Removes all kept quantised weights; what is loaded stays. */
  clearQuantised: call(nothing, nothing),
  listCatalogue: call(nothing, array(m.catalogueEntry)),
  startDownload: call(one, nothing),
  pauseDownload: call(one, nothing),
  resumeDownload: call(one, nothing),
  /** Deletes the part that was downloaded. */
  cancelDownload: call(one, nothing),
};

export type AppApi = Api<typeof appContract>;
