/** Conversations in memory, for tests of what writes into them. */
import { randomUUID } from 'node:crypto';
import type { Conversation, Message } from '../../src/main/api/conversations.ts';
import type { ConversationAccess, ConversationStart, TurnWriter } from '../../src/main/conversationAccess.ts';

const message = (fields: Partial<Message>): Message => ({
  ...{ id: randomUUID(), parentId: null, role: 'user', text: '', thought: '', status: 'finished' },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', think: 'off', details: null, endReason: null, modelName: null },
  ...{ thoughtMs: null, hasState: false, basis: null, error: null },
  ...fields,
});

export class FakeConversations implements ConversationAccess, TurnWriter {
  readonly all = new Map<string, Conversation>();
  readonly deleted = new Set<string>();
  readonly snapshots = new Map<string, string>();

  createForDocument(documentId: string, title: string): string {
    return this.#create(title, documentId, []).id;
  }

  get(id: string): Conversation {
    const conversation = this.all.get(id);
    if (!conversation) throw new Error(`There is no conversation ${id}.`);
    return conversation;
  }

  delete(ids: readonly string[]): void {
    for (const id of ids) this.deleted.add(id);
  }

  restore(ids: readonly string[]): void {
    for (const id of ids) this.deleted.delete(id);
  }

  purge(ids: readonly string[]): void {
    for (const id of ids) this.all.delete(id);
  }

  snapshotAfter(_conversationId: string, messageId: string): string | null {
    return this.snapshots.get(messageId) ?? null;
  }

  createFrom({ title, messages, snapshotId, replayable }: ConversationStart): Conversation {
    const conversation = this.#create(title, null, [], replayable);
    for (const { role, text } of messages) if (role !== 'system') this.add(conversation.id, role, text);
    const head = this.get(conversation.id).headId;
    if (snapshotId !== null && head !== null) this.snapshots.set(head, snapshotId);
    return this.get(conversation.id);
  }

  begin(conversationId: string, question: string): { user: Message; answer: Message } {
    return {
      user: this.add(conversationId, 'user', question),
      answer: this.add(conversationId, 'assistant', '', 'writing'),
    };
  }

  keep(answerId: string, text: string): void {
    this.#change(answerId, { text });
  }

  finish(answerId: string, ending: Parameters<TurnWriter['finish']>[1]): Message {
    return this.#change(answerId, ending);
  }

  add(conversationId: string, role: Message['role'], text: string, status: Message['status'] = 'finished'): Message {
    const conversation = this.get(conversationId);
    const added = message({ parentId: conversation.headId, role, text, status });
    const messages = [...conversation.messages, added];
    this.all.set(conversationId, { ...conversation, headId: added.id, messages, messageCount: messages.length });
    return added;
  }

  #change(id: string, patch: Partial<Message>): Message {
    for (const [key, conversation] of this.all) {
      const messages = conversation.messages.map((old) => (old.id === id ? { ...old, ...patch } : old));
      this.all.set(key, { ...conversation, messages });
      const changed = messages.find((candidate) => candidate.id === id);
      if (changed) return changed;
    }
    throw new Error(`There is no message ${id}.`);
  }

  #create(title: string, documentId: string | null, messages: Message[], replayable = true): Conversation {
    const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', deletedAt: null };
    const conversation: Conversation = {
      ...{ id: randomUUID(), title, autoTitle: false, folderId: null, pinned: false, documentId, messageCount: 0 },
      ...{ ...times, systemPrompt: '', think: 'off', sampling: { preset: 'chat', custom: null }, draft: '' },
      ...{ headId: null, messages, replayable },
    };
    this.all.set(conversation.id, conversation);
    return conversation;
  }
}
