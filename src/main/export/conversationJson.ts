/** A conversation with all its branches as JSON, for other programs. */
import type { Conversation, Message } from '../api/conversations.ts';

/** Raised when fields change their meaning. */
const VERSION = 1;

export function conversationJson(conversation: Conversation): string {
  const { id, title, createdAt, updatedAt, systemPrompt, think, sampling, headId, messages } = conversation;
  const content = { id, title, createdAt, updatedAt, systemPrompt, think, sampling, headId };
  const file = { kind: 'anser-conversation', version: VERSION, ...content, messages: messages.map(portable) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Whether a state is kept means something here only. */
const portable = ({ hasState: _, ...message }: Message): Omit<Message, 'hasState'> => message;
