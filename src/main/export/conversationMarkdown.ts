/** A conversation as Markdown. What was said is Markdown already and stays as it is. */
import type { Conversation, Message } from '../api/conversations.ts';
import type { ExportWords } from './exportWords.ts';
import { closed, inline } from './markdownText.ts';
import { notesOn, speakerOf, timeInWords } from './messageNotes.ts';

export function conversationMarkdown(
  { title, createdAt, systemPrompt }: Conversation,
  branch: readonly Message[],
  words: ExportWords,
): string {
  const blocks = [
    `# ${inline(title)}`,
    `*${timeInWords(createdAt)}*`,
    ...(systemPrompt.trim() === '' ? [] : [`## ${words.systemPrompt}`, closed(systemPrompt)]),
    ...branch.flatMap((message) => messageBlocks(message, words)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const messageBlocks = (message: Message, words: ExportWords): string[] => [
  `## ${inline(speakerOf(message, words))}`,
  closed(message.text),
  ...notesOn(message, words).map((note) => `*${inline(note)}*`),
];
