/** The words that exported documents have around their content. */
import type { MessageBasis } from '../api/conversations.ts';
import type { SectionSummary } from '../api/documents.ts';

export function pagesInWords(pages: SectionSummary['pages']): string {
  if (pages === null) return '';
  return pages.first === pages.last ? `page ${pages.first}` : `pages ${pages.first}–${pages.last}`;
}

/** What an answer rests on, in one sentence. */
export function basisInWords({ basis, pages }: MessageBasis): string {
  if (basis.mode === 'memory') {
    const share = basis.totalBytes === 0 ? 100 : Math.floor((100 * basis.bytes) / basis.totalBytes);
    return `Answered from memory of ${share === 100 ? 'the whole document' : `the first ${share} % of the document`}.`;
  }
  const places = basis.passages.map(({ sectionTitle }, i) => {
    const where = pagesInWords(pages?.[i] ?? null);
    return where === '' ? sectionTitle : `${sectionTitle} (${where})`;
  });
  return `Read again for this answer: ${[...new Set(places)].join('; ')}.`;
}
