/** Where a state that is to be saved comes from: its snapshot, and what is shown before the next turn. */
import type { Conversation, Message } from '../api/conversations.ts';
import type { Document } from '../api/documents.ts';
import type { TranscriptMessage } from '../conversationAccess.ts';
import type { StateRow } from './stateStore.ts';

export interface Origin extends Pick<StateRow, 'source' | 'transcript' | 'replayable'> {
  readonly snapshotId: string;
}

/** Everything up to a message, from the first on, with the system prompt that the model was given. */
export function transcriptUpTo({ messages, systemPrompt }: Conversation, messageId: string): TranscriptMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: TranscriptMessage[] = [];
  for (
    let at: Message | undefined = byId.get(messageId);
    at;
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  )
    path.unshift({ role: at.role, text: at.text });
  return systemPrompt === '' ? path : [{ role: 'system', text: systemPrompt }, ...path];
}

/** A document's text is too long to be shown or read again as a turn: its summaries stand for it. */
export function transcriptOf({ title, reading }: Pick<Document, 'title' | 'reading'>): TranscriptMessage[] {
  const summaries = reading?.sections.flatMap(({ summary }) => (summary === null ? [] : [summary])) ?? [];
  const text = reading?.overall !== '' && reading ? reading.overall : summaries.join('\n');
  const question = [title, reading?.focus ?? ''].filter((part) => part !== '').join('\n');
  return [
    { role: 'user', text: question },
    { role: 'assistant', text },
  ];
}
