/** The user's conversations: made, changed, forked, thrown into the bin, brought back, and removed for good. */
import { EngineError } from '../../engine/api/errors.ts';
import type { AppApi, ConversationNews } from '../api/contract.ts';
import type { Conversation, ConversationSummary } from '../api/conversations.ts';
import type { Settings } from '../api/settings.ts';
import type { ConversationAccess, ConversationStart } from '../conversationAccess.ts';
import { notFound } from '../errors.ts';
import { transaction } from '../store/database.ts';
import type { ConversationChange, ConversationStore, NewConversation } from './conversationStore.ts';
import { FolderStore } from './folderStore.ts';
import { keptStates, statesOverQuota } from './quota.ts';
import type { StoredMessage } from './rows.ts';
import { thinnable } from './snapshotUse.ts';
import { titleFrom } from './title.ts';
import { definedOf } from '../defined.ts';

const BIN_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ConversationsParts {
  readonly store: ConversationStore;
  settings(): Pick<Settings, 'systemPrompt' | 'think' | 'sampling'>;
  /** Messages gave up their states. Those that nothing else needs are noted, and can be deleted now. */
  freed(): void;
  tell(news: ConversationNews): void;
}

export class Conversations implements ConversationAccess {
  readonly folders: FolderStore;
  readonly #parts: ConversationsParts;
  readonly #store: ConversationStore;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.folders = new FolderStore(parts.store.db);
  }

  /** For the start of the program. */
  tidy(now = new Date()): void {
    this.#store.settleLeftovers();
    const oldest = new Date(now.getTime() - BIN_DAYS * DAY_MS).toISOString();
    const expired = this.#store.list(true).filter(({ deletedAt }) => deletedAt !== null && deletedAt < oldest);
    this.purge(expired.map(({ id }) => id));
  }

  list(deleted: boolean): ConversationSummary[] {
    return this.#store.list(deleted);
  }

  /** @throws AppError `not-found` */
  get(id: string): Conversation {
    return this.#store.get(id);
  }

  create(folderId: string | null): Conversation {
    const id = this.#create({ folderId });
    this.#tellRow(id);
    if (folderId !== null) this.#tellChanged('folders');
    return this.get(id);
  }

  createForDocument(documentId: string, title: string): string {
    return this.#create({ title, autoTitle: false, documentId });
  }

  createFrom({
    title,
    messages,
    snapshotId,
    replayable,
    modelName,
    modelFingerprint,
  }: ConversationStart): Conversation {
    const system = messages.find(({ role }) => role === 'system');
    const made = transaction(this.#store.db, () => {
      const id = this.#create({ title, autoTitle: false, replayable, ...(system && { systemPrompt: system.text }) });
      let parentId: string | null = null;
      const spoken = messages.filter(({ role }) => role !== 'system');
      for (const [index, { role, text }] of spoken.entries()) {
        const holdsState: boolean = index === spoken.length - 1 && snapshotId !== null;
        parentId = this.#store.append(id, {
          ...{ parentId, role: role === 'user' ? 'user' : 'assistant', text, status: 'finished', think: 'off' },
          ...(holdsState && { snapshotId, modelName, modelFingerprint }),
        }).id;
      }
      return id;
    });
    this.#tellRow(made);
    return this.get(made);
  }

  change(id: string, patch: Parameters<AppApi['changeConversation']>[0]['patch']): ConversationSummary {
    const before = this.#store.basics(id);
    const { title, systemPrompt, headId, draft } = patch;
    if (typeof headId === 'string' && this.#store.message(headId).conversationId !== id) throw notFound('message');
    const forgets = systemPrompt !== undefined && systemPrompt !== before.systemPrompt;
    if (forgets && !before.replayable) throw boundPrompt();
    const change: ConversationChange = { ...definedOf(patch), ...(title !== undefined && { autoTitle: false }) };
    transaction(this.#store.db, () => {
      this.#store.change(id, change);
      // It stands at the beginning of all that the states have read.
      if (forgets) this.#forgetStates(id);
    });
    if (draft !== undefined) this.#parts.tell({ type: 'draft', conversationId: id, text: draft });
    if (names(patch, ['title', 'pinned', 'folderId'])) this.#tellRow(id);
    if (names(patch, ['folderId'])) this.#tellChanged('folders');
    if (names(patch, ['systemPrompt', 'think', 'sampling', 'headId'])) this.#parts.tell({ type: 'conversation', id });
    return this.#store.summary(id);
  }

  delete(ids: readonly string[]): void {
    this.#setDeleted(ids, new Date().toISOString());
  }

  restore(ids: readonly string[]): void {
    this.#setDeleted(ids, null);
  }

  purge(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#store.purge(ids);
    this.#parts.freed();
    this.#tellChanged('conversations');
  }

  /** A conversation that begins with everything up to the message, sharing its states. */
  fork(id: string, messageId: string): Conversation {
    const original = this.#store.get(id);
    const branch = this.#store.branch(id, messageId);
    const forked = transaction(this.#store.db, () => {
      const { title, autoTitle, folderId, systemPrompt, think, sampling, replayable } = original;
      const copy = this.#create({ title, autoTitle, folderId, systemPrompt, think, sampling, replayable });
      let parentId: string | null = null;
      for (const message of branch) parentId = this.#store.append(copy, { ...settled(message), parentId }).id;
      return copy;
    });
    this.#tellRow(forked);
    if (original.folderId !== null) this.#tellChanged('folders');
    return this.get(forked);
  }

  snapshotAfter(conversationId: string, messageId: string): string | null {
    return this.#store.branch(conversationId, messageId).at(-1)?.snapshotId ?? null;
  }

  /** After an answer: the first one gives the conversation its title, and old states make room. */
  answered(id: string): void {
    const { autoTitle, title } = this.#store.summary(id);
    const { replayable } = this.#store.basics(id);
    const messages = this.#store.messages(id);
    if (autoTitle && title === '') {
      const [question, answer] = messages;
      this.#store.change(id, { title: titleFrom(answer?.text ?? '') || titleFrom(question?.text ?? '') });
    }
    this.#drop(thinnable(messages, replayable));
  }

  /** Windows are told that it has other messages, or other states. */
  tell(id: string): void {
    this.#tellRow(id);
    this.#parts.tell({ type: 'conversation', id });
  }

  /**
   * Gives up states until all snapshots take at most `quotaBytes`, or until only those are left that must stay (see
   * `keptStates`). Messages stay, and are read again when it comes to that.
   * @param bytesOf all snapshots, also those of documents and saved states
   * @returns how many went
   */
  makeRoom(bytesOf: ReadonlyMap<string, number>, quotaBytes: number): number {
    const over = statesOverQuota(keptStates(this.#store.db), bytesOf, quotaBytes);
    this.#drop(over);
    for (const id of new Set(over.map(({ conversationId }) => conversationId)))
      this.#parts.tell({ type: 'conversation', id });
    return over.length;
  }

  #create(given: Partial<NewConversation>): string {
    const { systemPrompt, think, sampling } = this.#parts.settings();
    return this.#store.create({
      ...{ title: '', autoTitle: true, folderId: null, documentId: null, replayable: true },
      ...{ systemPrompt, think, sampling },
      ...given,
    });
  }

  #setDeleted(ids: readonly string[], deletedAt: string | null): void {
    transaction(this.#store.db, () => {
      for (const id of ids) this.#store.change(id, { deletedAt });
    });
    this.#tellChanged('conversations');
    this.#tellChanged('folders');
  }

  #tellRow(id: string): void {
    const row = this.#store.find(id);
    // It may have been removed while it was answered.
    if (row) this.#parts.tell({ type: 'conversation-row', row });
  }

  #tellChanged(what: 'conversations' | 'folders'): void {
    this.#parts.tell({ type: 'changed', what });
  }

  #forgetStates(id: string): void {
    this.#drop(this.#store.messages(id).filter(({ hasState }) => hasState));
  }

  #drop(messages: readonly { readonly id: string }[]): void {
    if (messages.length === 0) return;
    this.#store.dropStates(messages.map(({ id }) => id));
    this.#parts.freed();
  }
}

const names = (patch: object, keys: readonly (keyof ConversationChange)[]): boolean =>
  keys.some((key) => key in definedOf(patch));

/** Without its states nothing would be left of the document that they have read. */
const boundPrompt = (): EngineError =>
  new EngineError('invalid-argument', 'This chat goes on from the state of a document, with its instructions.', {
    nextStep: 'Begin a new chat for other instructions.',
  });

/** An answer that is still being written grows in its own conversation only. */
const settled = (message: StoredMessage): StoredMessage =>
  message.status === 'writing' ? { ...message, status: 'stopped', endReason: 'cancelled' } : message;
