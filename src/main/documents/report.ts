/** Gathers what is known of a document for exporting it. */
import type { Conversation, Message } from '../api/conversations.ts';
import type { Document } from '../api/documents.ts';
import type { DocumentQuestion, DocumentReport } from '../export/documentReport.ts';

/** @param conversation of the document's questions */
export function reportOf(
  { title, name, reading }: Document,
  conversation: Pick<Conversation, 'messages'>,
): DocumentReport {
  return {
    ...{ title, name },
    focus: reading?.focus ?? '',
    modelName: reading?.modelName ?? null,
    overall: reading?.overall ?? '',
    sections: reading?.sections ?? [],
    questions: questionsIn(conversation.messages),
  };
}

/** Every answer with text, with the question that it follows. */
function questionsIn(messages: readonly Message[]): DocumentQuestion[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return messages.flatMap(({ role, parentId, text, basis }) => {
    const question = parentId === null ? undefined : byId.get(parentId);
    if (role !== 'assistant' || question?.role !== 'user' || text === '') return [];
    return [{ question: question.text, answer: text, basis, askedAt: question.createdAt }];
  });
}
