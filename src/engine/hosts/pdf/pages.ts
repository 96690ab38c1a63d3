/** The pages of a PDF as parts of text, one after the other. Runs in the thread of `worker.ts`. */
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { ParsedPart, ParseWarning } from '../../documents/parse/parser.ts';
import type { PageItem } from '../../documents/parse/pdfLines.ts';
import { pdfPageText, TypeMeasures } from '../../documents/parse/pdfPageText.ts';
import type { ByteSource } from '../../formats/byteSource.ts';
import { openPdf } from './open.ts';
import { pdfOutline } from './outline.ts';
import { damagedPdf, scannedPdf } from './pdfErrors.ts';

/** pdf.js keeps the fonts of all pages it has seen until it is told to forget them. */
const PAGES_BETWEEN_CLEANUPS = 32;

/**
 * A page without text is a line end: every page has a place in the text.
 * @throws EngineError `document-unreadable`, also when no page has any text
 */
export async function* pdfParts(source: ByteSource): AsyncGenerator<ParsedPart, void, undefined> {
  const document = await openPdf(source);
  const title = await titleOf(document);
  const outline = await pdfOutline(document);
  const measures = new TypeMeasures();
  let [empty, damaged] = [0, 0];
  for (let page = 1; page <= document.numPages; page++) {
    // One page that cannot be parsed is no reason to give up the others.
    const text = await textOfPage(document, page, measures).catch(() => undefined);
    if (text === undefined) damaged++;
    else if (text === '') empty++;
    const isLast = page === document.numPages;
    if (isLast) requireText(source.name, document.numPages, empty, damaged);
    yield {
      page,
      text: text === undefined || text === '' ? '\n' : `${text}\n\n`,
      fraction: page / document.numPages,
      headings: outline.get(page) ?? [],
      ...(page === 1 && { title }),
      ...(isLast && { warnings: warningsOf(empty, damaged) }),
    };
    if (page % PAGES_BETWEEN_CLEANUPS === 0) await document.cleanup();
  }
}

async function textOfPage(document: PDFDocumentProxy, number: number, measures: TypeMeasures): Promise<string> {
  const page = await document.getPage(number);
  try {
    const { items } = await page.getTextContent();
    const texts = items.filter((item): item is typeof item & PageItem => 'str' in item);
    return pdfPageText(texts, measures);
  } finally {
    page.cleanup();
  }
}

function requireText(name: string, pages: number, empty: number, damaged: number): void {
  if (empty + damaged < pages) return;
  if (empty === 0) throw damagedPdf(name);
  throw scannedPdf(name);
}

function warningsOf(empty: number, damaged: number): ParseWarning[] {
  return [
    ...(empty > 0 ? [{ code: 'scanned-pages' as const, count: empty }] : []),
    ...(damaged > 0 ? [{ code: 'damaged-pages' as const, count: damaged }] : []),
  ];
}

/** What programs put there when nobody gave a title. */
const NO_TITLE = /^(?:|untitled|microsoft word\b.*)$|\.(?:docx?|tex|dvi|indd|qxd|pdf)$/iu;

/** From the file's own description; undefined where there is none worth showing. */
async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const info: unknown = (await document.getMetadata().catch(() => undefined))?.info;
  const title = typeof info === 'object' && info !== null && 'Title' in info ? info.Title : undefined;
  if (typeof title !== 'string') return undefined;
  const tidy = title.replace(/\s+/gu, ' ').trim();
  return NO_TITLE.test(tidy) ? undefined : tidy;
}
