/** TEMPORARY */
import type { Conversation, Exported } from '../api/conversations.ts';
export function exportConversation(conversation: Conversation, _format: 'markdown' | 'html' | 'json'): Exported {
  return { fileName: 'conversation.json', mimeType: 'application/json', content: JSON.stringify(conversation) };
}
