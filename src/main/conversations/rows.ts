/** Rows of the database and what the window sees of them. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Conversation, ConversationSummary, Message } from '../api/conversations.ts';

export type Row = Record<string, SQLOutputValue>;

const text = (row: Row, name: string): string => String(row[name]);
const textOrNull = (row: Row, name: string): string | null => (row[name] === null ? null : text(row, name));
/** What we wrote there ourselves, of the type that the column is for. */
const json = (row: Row, name: string): unknown => (row[name] === null ? null : JSON.parse(text(row, name)));

/** A message with what the window need not know. */
export interface StoredMessage extends Message {
  readonly conversationId: string;
  readonly snapshotId: string | null;
  readonly modelFingerprint: string | null;
}

export function messageOf(row: Row): StoredMessage {
  const snapshotId = textOrNull(row, 'snapshot_id');
  return {
    id: text(row, 'id'),
    conversationId: text(row, 'conversation_id'),
    parentId: textOrNull(row, 'parent_id'),
    role: text(row, 'role') as Message['role'],
    text: text(row, 'text'),
    thought: text(row, 'thought'),
    thoughtMs: row['thought_ms'] === null ? null : Number(row['thought_ms']),
    status: text(row, 'status') as Message['status'],
    createdAt: text(row, 'created_at'),
    think: text(row, 'think') as Message['think'],
    details: json(row, 'details') as Message['details'],
    endReason: textOrNull(row, 'end_reason') as Message['endReason'],
    modelName: textOrNull(row, 'model_name'),
    modelFingerprint: textOrNull(row, 'model_fingerprint'),
    snapshotId,
    hasState: snapshotId !== null,
    basis: json(row, 'basis') as Message['basis'],
    error: json(row, 'error') as Message['error'],
  };
}

/** A message as the window gets it. */
export function shown({
  conversationId: _c,
  snapshotId: _s,
  modelFingerprint: _m,
  ...message
}: StoredMessage): Message {
  return message;
}

export const summaryOf = (row: Row): ConversationSummary => ({
  id: text(row, 'id'),
  title: text(row, 'title'),
  autoTitle: row['auto_title'] === 1,
  folderId: textOrNull(row, 'folder_id'),
  pinned: row['pinned'] === 1,
  createdAt: text(row, 'created_at'),
  updatedAt: text(row, 'updated_at'),
  deletedAt: textOrNull(row, 'deleted_at'),
  documentId: textOrNull(row, 'document_id'),
  messageCount: Number(row['message_count']),
});

export const conversationOf = (row: Row, messages: readonly Message[]): Conversation => ({
  ...summaryOf(row),
  systemPrompt: text(row, 'system_prompt'),
  think: text(row, 'think') as Conversation['think'],
  sampling: json(row, 'sampling') as Conversation['sampling'],
  draft: text(row, 'draft'),
  replayable: row['replayable'] === 1,
  headId: textOrNull(row, 'head_id'),
  messages: [...messages],
});
