/**
 * The prompts for documents, each one user turn. Read once, a document is followed by the question (`memoryQuestion`); read
 * again, a passage stands between the question and its repetition, which recurrent models answer best ("Just read
 * twice", arXiv 2407.05483).
 */
import { ANSWER_START, cleanTurnText, TURN_END } from './template.ts';

export const SUMMARY_INSTRUCTION = 'Summarize the text above in one or two sentences.';

/** Answers about documents are one paragraph: they end where a blank line begins. */
export const DOCUMENT_STOPS: readonly string[] = [TURN_END];

const TURN_START = 'User: ';

/**
 * What stands before the text of a document that is being read: the turn's beginning, and what to look for, if anything.
 * The document's text follows with its blank lines collapsed; the turn stays open for a question.
 */
export function documentPrefix(focus?: string): string {
  const cleaned = cleanTurnText(focus ?? '');
  return cleaned === '' ? TURN_START : `${TURN_START}${cleaned}\n`;
}

/** Follows a document that has been read, and asks about it. */
export const memoryQuestion = (question: string): string => `\n${cleanTurnText(question)}${TURN_END}${ANSWER_START}`;

/** Reads passages again for a question. A prompt of its own. */
export function rereadPrompt(question: string, passages: readonly string[]): string {
  const asked = cleanTurnText(question);
  return `${TURN_START}${asked}\n${cleanTurnText(passages.join('\n'))}\n${asked}${TURN_END}${ANSWER_START}`;
}

/** Asks for a summary of one section. A prompt of its own. */
export const summaryPrompt = (section: string): string =>
  `${documentPrefix()}${cleanTurnText(section)}${memoryQuestion(SUMMARY_INSTRUCTION)}`;
