/** PDF, page by page, through pdf.js. The text only: pictures of text are told, not read. */
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { EngineError } from '../api/errors.ts';
import type { DocumentParser, ParsedPart, ParseOptions, ParseWarning } from '../documents/parse/parser.ts';
import { pdfPageText, TypeMeasures } from '../documents/parse/pdfPageText.ts';
import type { PageItem } from '../documents/parse/pdfLines.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { pdfOutline } from './pdfOutline.ts';
import { openPdf, type OpenPdf } from './pdfSource.ts';

/** pdf.js keeps the fonts of all pages it has seen until it is told to forget them. */
const PAGES_BETWEEN_CLEANUPS = 32;

export const pdfParser: DocumentParser = { id: 'pdf', extensions: ['.pdf'], parse: parsePdf };

/**
 * A page without text is a line end: every page has a place in the text.
 * @throws EngineError `document-unreadable`, also when no page has any text; the signal's reason
 */
async function* parsePdf(source: ByteSource, { signal }: ParseOptions): AsyncGenerator<ParsedPart, void, undefined> {
  signal?.throwIfAborted();
  const pdf = await openPdf(source, signal);
  try {
    yield* pagesOf(pdf, source.name, signal);
  } finally {
    await pdf.close();
  }
}

async function* pagesOf(
  pdf: OpenPdf,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ParsedPart, void, undefined> {
  const { document } = pdf;
  const title = await pdf.until(titleOf(document));
  const outline = await pdf.until(pdfOutline(document));
  const measures = new TypeMeasures();
  let [empty, damaged] = [0, 0];
  for (let page = 1; page <= document.numPages; page++) {
    signal?.throwIfAborted();
    const text = await pdf.until(textOfPage(document, page, measures)).catch(ignoringUnless(signal));
    if (text === undefined) damaged++;
    else if (text === '') empty++;
    const isLast = page === document.numPages;
    if (isLast) requireText(name, document.numPages, empty, damaged);
    yield {
      page,
      text: text === undefined || text === '' ? '\n' : `${text}\n\n`,
      fraction: page / document.numPages,
      headings: outline.get(page) ?? [],
      ...(page === 1 && { title }),
      ...(isLast && { warnings: warningsOf(empty, damaged) }),
    };
    if (page % PAGES_BETWEEN_CLEANUPS === 0) await pdf.until(document.cleanup());
  }
}

async function textOfPage(document: PDFDocumentProxy, number: number, measures: TypeMeasures): Promise<string> {
  const page = await document.getPage(number);
  try {
    const { items } = await page.getTextContent();
    return pdfPageText(
      items.filter((item): item is typeof item & PageItem => 'str' in item),
      measures,
    );
  } finally {
    page.cleanup();
  }
}

/** One page that cannot be parsed is no reason to give up the others; a file that cannot be read is. */
const ignoringUnless =
  (signal: AbortSignal | undefined) =>
  (error: unknown): undefined => {
    signal?.throwIfAborted();
    if (error instanceof EngineError) throw error;
  };

function requireText(name: string, pages: number, empty: number, damaged: number): void {
  if (empty + damaged < pages) return;
  if (empty === 0)
    throw new EngineError('document-unreadable', `No page of ${name} can be read: the file is damaged.`, {
      nextStep: 'Download or copy it again, or save it anew from a PDF reader.',
    });
  throw new EngineError('document-unreadable', `${name} is scanned: its pages are pictures and hold no text.`, {
    nextStep: 'Run it through text recognition (OCR), which many PDF programs offer, and open the result.',
  });
}

function warningsOf(empty: number, damaged: number): ParseWarning[] {
  return [
    ...(empty > 0 ? [{ code: 'scanned-pages' as const, count: empty }] : []),
    ...(damaged > 0 ? [{ code: 'damaged-pages' as const, count: damaged }] : []),
  ];
}

/** From the file's own description; undefined where there is none worth showing. */
async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const info: unknown = (await document.getMetadata().catch(() => undefined))?.info;
  const title = typeof info === 'object' && info !== null && 'Title' in info ? info.Title : undefined;
  if (typeof title !== 'string') return undefined;
  const tidy = title.replace(/\s+/gu, ' ').trim();
  // What programs put there when nobody gave a title.
  return tidy === '' || /^(?:untitled|microsoft word\b.*)$|\.(?:docx?|tex|dvi|indd|qxd|pdf)$/iu.test(tidy)
    ? undefined
    : tidy;
}
