/** A conversation as a text for the user to keep. */
import { assertNever } from '../../engine/api/errors.ts';
import type { Conversation, Exported, Message } from '../api/conversations.ts';
import { conversationHtml } from './conversationHtml.ts';
import { conversationJson } from './conversationJson.ts';
import { conversationMarkdown } from './conversationMarkdown.ts';
import { fileStem, type ExportFormat } from './documentExport.ts';
import { EXPORT_WORDS, type ExportLanguage } from './exportWords.ts';

/**
 * Markdown and HTML hold the branch that is shown, without thoughts; JSON holds everything.
 * @param language of the words around the content
 */
export function exportConversation(
  conversation: Conversation,
  format: ExportFormat,
  language: ExportLanguage,
): Exported {
  const words = EXPORT_WORDS[language];
  const titled = { ...conversation, title: conversation.title.trim() || words.conversation };
  const stem = fileStem(titled.title);
  switch (format) {
    case 'markdown': {
      const content = conversationMarkdown(titled, shownBranch(conversation), words);
      return { fileName: `${stem}.md`, mimeType: 'text/markdown', content };
    }
    case 'html': {
      const content = conversationHtml(titled, shownBranch(conversation), words);
      return { fileName: `${stem}.html`, mimeType: 'text/html', content };
    }
    case 'json':
      return { fileName: `${stem}.json`, mimeType: 'application/json', content: conversationJson(conversation) };
    default:
      return assertNever(format);
  }
}

/** From the first message to the one at the head. */
function shownBranch({ messages, headId }: Conversation): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: Message[] = [];
  for (let at = byId.get(headId ?? ''); at; at = byId.get(at.parentId ?? '')) branch.push(at);
  return branch.reverse();
}
