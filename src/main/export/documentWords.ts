/** What is said of a document and of the answers about it, in the words of a language. */
import type { MessageBasis } from '../api/conversations.ts';
import type { DocumentReport } from './documentReport.ts';
import type { ExportWords } from './exportWords.ts';

/** The file, who read it, and what for. @param shown how the texts of others stand in the format */
export const factsInWords = (
  { name, modelName, focus }: DocumentReport,
  words: ExportWords,
  shown: (text: string) => string,
): string[] => [
  words.file(shown(name)),
  ...(modelName === null ? [] : [words.readBy(shown(modelName))]),
  ...(focus === '' ? [] : [words.focus(shown(focus))]),
];

/** What an answer rests on, in one sentence. */
export function basisInWords({ basis, pages }: MessageBasis, words: ExportWords): string {
  if (basis.mode === 'memory')
    return words.fromMemory(basis.totalBytes === 0 ? 100 : Math.floor((100 * basis.bytes) / basis.totalBytes));
  const places = basis.passages.map(({ sectionTitle }, i) =>
    words.place(sectionTitle, words.pages(pages?.[i] ?? null)),
  );
  return words.readAgain([...new Set(places)]);
}
