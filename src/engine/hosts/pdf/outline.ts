/** The bookmarks of a PDF as headings by page. */
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { MarkedHeading } from '../../documents/parse/parser.ts';

/** More bookmarks than anybody looks through; some files have one a paragraph. */
const MOST_HEADINGS = 2000;
const DEEPEST = 8;

interface Bookmark {
  readonly title: string;
  readonly dest: unknown;
  readonly items: readonly Bookmark[];
}

/** Those that lead to a page of this document; none where the outline is damaged. */
export async function pdfOutline(document: PDFDocumentProxy): Promise<ReadonlyMap<number, readonly MarkedHeading[]>> {
  const byPage = new Map<number, MarkedHeading[]>();
  const bookmarks = (await document.getOutline().catch(() => null)) as readonly Bookmark[] | null;
  for (const { title, level, dest } of flat(bookmarks ?? [], 1).slice(0, MOST_HEADINGS)) {
    const page = await pageOf(document, dest).catch(() => undefined);
    if (page === undefined || title === '') continue;
    byPage.set(page, [...(byPage.get(page) ?? []), { title, level }]);
  }
  return byPage;
}

interface FlatBookmark extends MarkedHeading {
  readonly dest: unknown;
}

function flat(bookmarks: readonly Bookmark[], level: number): FlatBookmark[] {
  if (level > DEEPEST) return [];
  return bookmarks.flatMap(({ title, dest, items }) => [
    { title: title.replace(/\s+/gu, ' ').trim(), level, dest },
    ...flat(items, level + 1),
  ]);
}

/** Counted from 1. A destination is a list that begins with a page, or the name of such a list. */
async function pageOf(document: PDFDocumentProxy, dest: unknown): Promise<number | undefined> {
  const place: unknown = typeof dest === 'string' ? await document.getDestination(dest) : dest;
  const page: unknown = Array.isArray(place) ? place[0] : undefined;
  if (typeof page === 'number') return page + 1;
  if (typeof page !== 'object' || page === null || !('num' in page) || !('gen' in page)) return undefined;
  const { num, gen } = page;
  if (typeof num !== 'number' || typeof gen !== 'number') return undefined;
  return (await document.getPageIndex({ num, gen })) + 1;
}
