/** Conversations and their messages in the database. What is written here is on disk when the call returns. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Conversation, ConversationSummary, Message } from '../api/conversations.ts';
import { notFound } from '../errors.ts';
import { storeError, transaction } from '../store/database.ts';
import { conversationOf, messageOf, shown, summaryOf, type StoredMessage } from './rows.ts';

export type NewConversation = Pick<
  Conversation,
  'title' | 'autoTitle' | 'systemPrompt' | 'think' | 'sampling' | 'folderId' | 'documentId' | 'replayable'
>;

export type NewMessage = Pick<Message, 'parentId' | 'role' | 'text' | 'status' | 'think'> &
  Partial<Pick<StoredMessage, 'thought' | 'thoughtMs' | 'details' | 'endReason' | 'modelName' | 'basis' | 'error'>> &
  Partial<Pick<StoredMessage, 'snapshotId' | 'modelFingerprint' | 'createdAt'>>;

export type MessageChange = Partial<
  Pick<StoredMessage, 'text' | 'thought' | 'thoughtMs' | 'status' | 'details' | 'endReason' | 'basis' | 'error'> &
    Pick<StoredMessage, 'snapshotId' | 'modelName' | 'modelFingerprint'>
>;

/** The columns that a change may name, by the names of the API. */
const CONVERSATION_COLUMNS = {
  title: 'title',
  autoTitle: 'auto_title',
  folderId: 'folder_id',
  pinned: 'pinned',
  systemPrompt: 'system_prompt',
  think: 'think',
  sampling: 'sampling',
  draft: 'draft',
  headId: 'head_id',
  deletedAt: 'deleted_at',
  updatedAt: 'updated_at',
} as const;
export type ConversationChange = Partial<Pick<Conversation, keyof typeof CONVERSATION_COLUMNS>>;

const MESSAGE_COLUMNS: Readonly<Record<keyof MessageChange, string>> = {
  text: 'text',
  thought: 'thought',
  thoughtMs: 'thought_ms',
  status: 'status',
  details: 'details',
  endReason: 'end_reason',
  basis: 'basis',
  error: 'error',
  snapshotId: 'snapshot_id',
  modelName: 'model_name',
  modelFingerprint: 'model_fingerprint',
};

const SUMMARY = `SELECT c.*, (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS message_count
  FROM conversations c`;

/** Objects are kept as JSON, truth as 0 and 1. */
function stored(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}

export class ConversationStore {
  readonly db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  list(deleted: boolean): ConversationSummary[] {
    const where = `WHERE c.deleted_at IS ${deleted ? 'NOT ' : ''}NULL AND c.document_id IS NULL`;
    return this.db.prepare(`${SUMMARY} ${where} ORDER BY c.updated_at DESC, c.rowid DESC`).all().map(summaryOf);
  }

  /** @throws AppError `not-found` */
  summary(id: string): ConversationSummary {
    const summary = this.find(id);
    if (!summary) throw notFound('conversation');
    return summary;
  }

  find(id: string): ConversationSummary | undefined {
    const row = this.db.prepare(`${SUMMARY} WHERE c.id = ?`).get(id);
    return row && summaryOf(row);
  }

  /** @throws AppError `not-found` */
  get(id: string): Conversation {
    const row = this.db.prepare(`${SUMMARY} WHERE c.id = ?`).get(id);
    if (!row) throw notFound('conversation');
    return conversationOf(row, this.messages(id).map(shown));
  }

  /** All branches, oldest first. */
  messages(conversationId: string): StoredMessage[] {
    return this.db
      .prepare('SELECT * FROM messages WHERE conversation_id = ? ORDER BY number')
      .all(conversationId)
      .map(messageOf);
  }

  /** @throws AppError `not-found` */
  message(id: string): StoredMessage {
    const row = this.db.prepare('SELECT * FROM messages WHERE id = ?').get(id);
    if (!row) throw notFound('message');
    return messageOf(row);
  }

  /** What its states rest on beside its messages. @throws AppError `not-found` */
  basics(conversationId: string): Pick<Conversation, 'systemPrompt' | 'replayable'> {
    const row = this.db.prepare('SELECT system_prompt, replayable FROM conversations WHERE id = ?').get(conversationId);
    if (!row) throw notFound('conversation');
    return { systemPrompt: String(row['system_prompt']), replayable: row['replayable'] === 1 };
  }

  /** The last message of the branch that is shown. @throws AppError `not-found` */
  head(conversationId: string): string | null {
    const row = this.db.prepare('SELECT head_id FROM conversations WHERE id = ?').get(conversationId);
    if (!row) throw notFound('conversation');
    return row['head_id'] === null ? null : String(row['head_id']);
  }

  /** The messages from the first to `id`; none for null. @throws AppError `not-found` */
  branch(conversationId: string, id: string | null): StoredMessage[] {
    const byId = new Map(this.messages(conversationId).map((message) => [message.id, message]));
    const branch: StoredMessage[] = [];
    for (let at = id; at !== null;) {
      const message = byId.get(at);
      if (!message) throw notFound('message');
      branch.push(message);
      at = message.parentId;
    }
    return branch.reverse();
  }

  create(conversation: NewConversation): string {
    const id = randomUUID();
    const now = new Date().toISOString();
    const { title, autoTitle, folderId, systemPrompt, think, sampling, documentId, replayable } = conversation;
    this.#run(
      `INSERT INTO conversations (id, title, auto_title, folder_id, pinned, system_prompt, think, sampling, draft,
        head_id, document_id, replayable, created_at, updated_at)
        VALUES (?, ?, ?, ?, 0, ?, ?, ?, '', NULL, ?, ?, ?, ?)`,
      [id, title, autoTitle, folderId, systemPrompt, think, sampling, documentId, replayable, now, now],
    );
    return id;
  }

  change(id: string, change: ConversationChange): void {
    const entries = Object.entries(change).map(([name, value]): [string, unknown] => [
      CONVERSATION_COLUMNS[name as keyof ConversationChange],
      value,
    ]);
    this.#update('conversations', id, entries);
  }

  /** Adds a message and makes it the head of its conversation. */
  append(conversationId: string, message: NewMessage): StoredMessage {
    const id = randomUUID();
    const createdAt = message.createdAt ?? new Date().toISOString();
    return transaction(this.db, () => {
      this.#run(
        `INSERT INTO messages (id, conversation_id, parent_id, role, text, thought, thought_ms, status, think, details,
          end_reason, model_name, model_fingerprint, snapshot_id, basis, error, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[id, conversationId, message.parentId, message.role, message.text, message.thought ?? ''],
          ...[message.thoughtMs ?? null, message.status, message.think, message.details ?? null],
          ...[message.endReason ?? null, message.modelName ?? null],
          ...[message.modelFingerprint ?? null, message.snapshotId ?? null, message.basis ?? null],
          ...[message.error ?? null, createdAt],
        ],
      );
      this.change(conversationId, { headId: id, updatedAt: new Date().toISOString() });
      return this.message(id);
    });
  }

  changeMessage(id: string, change: MessageChange): StoredMessage {
    const entries = Object.entries(change).map(([name, value]): [string, unknown] => [
      MESSAGE_COLUMNS[name as keyof MessageChange],
      value,
    ]);
    this.#update('messages', id, entries);
    return this.message(id);
  }

  /** The messages stay; the database notes the snapshots for whoever deletes them. */
  dropStates(messageIds: readonly string[]): void {
    transaction(this.db, () => {
      for (const id of messageIds) this.#run('UPDATE messages SET snapshot_id = NULL WHERE id = ?', [id]);
    });
  }

  /** Deletes conversations with their messages, and notes their snapshots as `dropStates` does. */
  purge(ids: readonly string[]): void {
    transaction(this.db, () => {
      for (const id of ids) this.#run('DELETE FROM conversations WHERE id = ?', [id]);
    });
  }

  /**
   * Answers that nobody is writing any more: of an earlier run of the program, or in one conversation where the end could
   * not be stored. What is there of them is kept.
   */
  settleLeftovers(conversationId: string | null = null): void {
    this.#run(
      `UPDATE messages SET status = 'stopped', end_reason = 'cancelled'
        WHERE status = 'writing' AND conversation_id = ifnull(?, conversation_id)`,
      [conversationId],
    );
  }

  /** Notes a snapshot that no message came to refer to, in case the engine has saved it. */
  disown(snapshotId: string): void {
    this.#run('INSERT OR IGNORE INTO doomed_snapshots (id) VALUES (?)', [snapshotId]);
  }

  #update(table: 'conversations' | 'messages', id: string, entries: readonly [string, unknown][]): void {
    if (entries.length === 0) return;
    const assignments = entries.map(([column]) => `${column} = ?`).join(', ');
    this.#run(`UPDATE ${table} SET ${assignments} WHERE id = ?`, [...entries.map(([, value]) => value), id]);
  }

  #run(sql: string, values: readonly unknown[]): void {
    try {
      const statement: StatementSync = this.db.prepare(sql);
      statement.run(...values.map(stored));
    } catch (error) {
      throw storeError(error);
    }
  }
}
