/** A conversation as one HTML page. Of its Markdown only blocks of code are made out; the rest reads well as it is. */
import type { Conversation, Message } from '../api/conversations.ts';
import type { ExportWords } from './exportWords.ts';
import { escaped, htmlPage, note, paragraphs } from './htmlPage.ts';
import { fenceAfter } from './markdownText.ts';
import { notesOn, speakerOf, timeInWords } from './messageNotes.ts';

export function conversationHtml(
  { title, createdAt, systemPrompt }: Conversation,
  branch: readonly Message[],
  words: ExportWords,
): string {
  return htmlPage(title, words.tag, [
    `<h1>${escaped(title)}</h1>${note(timeInWords(createdAt))}`,
    ...(systemPrompt.trim() === '' ? [] : [`<h2>${words.systemPrompt}</h2>${said(systemPrompt)}`]),
    ...branch.map((message) => messageHtml(message, words)),
  ]);
}

const messageHtml = (message: Message, words: ExportWords): string =>
  `<h2>${escaped(speakerOf(message, words))}</h2>${said(message.text)}${notesOn(message, words).map(note).join('')}`;

/** Paragraphs, and what stands between fences as code. */
function said(text: string): string {
  const parts: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  const flush = (): void => {
    const part = lines.join('\n');
    if (fence === undefined) parts.push(paragraphs(part));
    else parts.push(`<pre><code>${escaped(part)}</code></pre>`);
    lines = [];
  };
  for (const line of text.split('\n')) {
    const after = fenceAfter(line, fence);
    if (after === fence) lines.push(line);
    else flush();
    fence = after;
  }
  flush();
  return parts.join('');
}
