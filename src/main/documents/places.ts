/** From bytes of a document's text to what a person knows: pages and headings. */
import type { SectionFacts } from '../../engine/api/schemas.ts';
import type { SectionSummary } from '../api/documents.ts';
import type { SectionRow } from './readingStore.ts';

export type PageRange = NonNullable<SectionSummary['pages']>;

/** The places in one document's text. */
export interface Places {
  /** Null where the document has no pages. */
  pagesOf(range: Pick<SectionFacts, 'startByte' | 'endByte'>): PageRange | null;
  /** The heading that stands last before a byte; undefined before the first. */
  titleAt(byte: number): string | undefined;
}

export const sectionSummary = ({ section, summary }: SectionRow, places: Places): SectionSummary => ({
  section,
  pages: places.pagesOf(section),
  summary,
});
