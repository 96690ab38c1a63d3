/** What an answer about a document rests on, in words. */
import type { MessageBasis } from '../api/conversations.ts';
import { EXPORT_WORDS } from './exportWords.ts';

export const pagesInWords = EXPORT_WORDS.en.pages;

/** What an answer rests on, in one sentence. */
export function basisInWords({ basis, pages }: MessageBasis, words = EXPORT_WORDS.en): string {
  if (basis.mode === 'memory')
    return words.fromMemory(basis.totalBytes === 0 ? 100 : Math.floor((100 * basis.bytes) / basis.totalBytes));
  const places = basis.passages.map(({ sectionTitle }, i) =>
    words.place(sectionTitle, words.pages(pages?.[i] ?? null)),
  );
  return words.readAgain([...new Set(places)]);
}
