/** Prompts and running text from the held-out documents (each begins with a line `=== title | … ===`); tokens in chunks. */
import { EngineError } from '../../src/engine/api/errors.ts';

const HEADING = /^=== .* ===$/m;
const PROMPT_CHARACTERS = 240;

/** The documents' texts, without their headings. */
export const documentsOf = (heldOut: string): string[] =>
  heldOut
    .split(HEADING)
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** All documents as one text. */
export const textOf = (heldOut: string): string => documentsOf(heldOut).join('\n\n');

/**
 * Beginnings of documents, cut at a space, so that the continuation starts a word; with more prompts than documents,
 * later parts of them.
 * @throws EngineError `invalid-argument` when the text has not that many
 */
export function promptsFrom(heldOut: string, count: number): string[] {
  const documents = documentsOf(heldOut);
  const prompts: string[] = [];
  for (let start = 0; documents.some((text) => text.length > start + PROMPT_CHARACTERS); start += PROMPT_CHARACTERS)
    for (const text of documents)
      if (text.length > start + PROMPT_CHARACTERS)
        prompts.push(wholeWords(text.slice(start, start + PROMPT_CHARACTERS)));
  if (prompts.length < count)
    throw new EngineError('invalid-argument', `The held-out text gives ${prompts.length} prompts, not ${count}.`);
  return prompts.slice(0, count);
}

const wholeWords = (text: string): string => text.slice(0, Math.max(text.lastIndexOf(' '), 1));

/** Consecutive parts of `size` tokens or fewer. */
export function* chunks(
  tokens: readonly number[],
  size: number,
): Generator<readonly [start: number, chunk: readonly number[]]> {
  for (let start = 0; start < tokens.length; start += size) yield [start, tokens.slice(start, start + size)];
}
