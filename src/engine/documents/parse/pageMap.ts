/** Where the pages and headings of an imported document begin in its text. */
import { array, type InferOutput, literal, number, object, safeParse, string } from 'valibot';
import { EngineError } from '../../api/errors.ts';
import { count, documentFormat } from '../../api/schemas.ts';

const PAGE_MAP_VERSION = 1;

const pageMapSchema = object({
  version: literal(PAGE_MAP_VERSION),
  format: documentFormat,
  /** Of the text. */
  bytes: count,
  /** The first byte of each page; the first is 0. Every page has a byte, if only a line end. Empty where there are no pages. */
  pages: array(count),
  outline: array(object({ title: string(), level: number(), startByte: count })),
});
export type PageMap = InferOutput<typeof pageMapSchema>;

/** Pages count from 1. */
export interface PageRange {
  readonly first: number;
  readonly last: number;
}

/** The map of a text that is written part by part. */
export const pageMapOf = (parts: Omit<PageMap, 'version'>): PageMap => ({ version: PAGE_MAP_VERSION, ...parts });

/**
 * The map from its file.
 * @throws EngineError `document-unreadable`
 */
export function parsePageMap(text: string, name: string): PageMap {
  const result = safeParse(pageMapSchema, jsonOf(text));
  if (result.success && isSound(result.output)) return result.output;
  throw new EngineError('document-unreadable', `The page map of ${name} is damaged.`, {
    nextStep: 'Import the document again.',
  });
}

/** The pages that hold the bytes of `range`; undefined where there are no pages or the range lies beyond the text. */
export function pagesOf(
  { startByte, endByte }: { readonly startByte: number; readonly endByte: number },
  { pages, bytes }: PageMap,
): PageRange | undefined {
  if (pages.length === 0 || startByte < 0 || startByte >= bytes) return undefined;
  return { first: pageAt(pages, startByte), last: pageAt(pages, Math.max(startByte, Math.min(endByte, bytes) - 1)) };
}

/** How many pages begin at or before `byte`. */
function pageAt(pages: readonly number[], byte: number): number {
  let [low, high] = [0, pages.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pages[middle] ?? 0) <= byte) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isSound = ({ pages, bytes }: PageMap): boolean =>
  pages.every((start, i) => start < bytes && (i === 0 ? start === 0 : start > (pages[i - 1] ?? 0)));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
