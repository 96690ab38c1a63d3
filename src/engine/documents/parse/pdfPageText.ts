/** Rebuilds the text of a page of PDF, which stores bits of text with their places, not lines. */
import { joinHyphens } from './hyphens.ts';
import { linesOf, type PageItem, type PageLine } from './pdfLines.ts';

/** A step this much wider than the usual one between two lines begins a paragraph. */
const PARAGRAPH_STEP = 1.35;
/** In sizes of the type; double-spaced typescripts have 2.4. */
const USUAL_LEADING = 1.2;
const WIDEST_LEADING = 3;
const FEW_LINES = 8;
/** A line this much larger than the body of the text may be a heading. */
const HEADING_SIZE = 1.18;
const LONGEST_HEADING = 80;
const MOST_HEADING_LINES = 3;
/** The end of a sentence, or a line of a table of contents. */
const NO_HEADING = /[.,;:。，；：]$| … \d+$/u;

/** What is usual in a document, learnt page by page: the size of its type, and how far apart its lines stand. */
export class TypeMeasures {
  /** Characters by size, in tenths of a point. */
  readonly #sizes = new Map<number, number>();
  /** Lines by their step, in tenths of their size. */
  readonly #steps = new Map<number, number>();

  add(lines: readonly PageLine[]): void {
    for (const { size, step, text } of lines) {
      count(this.#sizes, Math.round(10 * size), text.length);
      if (step > 0 && step < WIDEST_LEADING * size) count(this.#steps, Math.round((10 * step) / size), 1);
    }
  }

  /** The size of most characters, in points. */
  get bodySize(): number {
    return mostFrequent(this.#sizes)[0] / 10;
  }

  /** The usual step between two lines, in sizes of the type. */
  get leading(): number {
    const [step, lines] = mostFrequent(this.#steps);
    return lines < FEW_LINES ? USUAL_LEADING : step / 10;
  }
}

const count = (counts: Map<number, number>, key: number, more: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + more);
};

function mostFrequent(counts: ReadonlyMap<number, number>): readonly [key: number, count: number] {
  let best: readonly [number, number] = [0, 0];
  for (const entry of counts) if (entry[1] > best[1]) best = entry;
  return best;
}

/** Lines that belong together, with blank lines around them. */
interface Paragraph {
  readonly lines: string[];
  readonly size: number;
}

/**
 * The text of a page: lines in the order of the file, blank lines between paragraphs, headings as Markdown's, words
 * joined that were divided at a line end. '' when there is none.
 * @param measures of the pages so far; this page's are added
 */
export function pdfPageText(items: readonly PageItem[], measures: TypeMeasures): string {
  const lines = linesOf(items);
  measures.add(lines);
  return paragraphsOf(lines, measures.leading)
    .map((paragraph) => paragraphText(paragraph, measures.bodySize))
    .join('\n\n');
}

function paragraphsOf(lines: readonly PageLine[], leading: number): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const { text, size, step } of lines) {
    const open = paragraphs.at(-1);
    const sameSize = open !== undefined && Math.abs(size - open.size) < 0.12 * Math.max(size, open.size);
    const near = step <= PARAGRAPH_STEP * leading * size;
    if (open && sameSize && near) open.lines.push(text);
    else paragraphs.push({ lines: [text], size });
  }
  return paragraphs;
}

function paragraphText({ lines, size }: Paragraph, bodySize: number): string {
  const text = joinHyphens(lines);
  const oneLine = text.replace(/\s+/gu, ' ');
  const isHeading =
    size >= HEADING_SIZE * bodySize &&
    lines.length <= MOST_HEADING_LINES &&
    oneLine.length <= LONGEST_HEADING &&
    /\p{L}/u.test(oneLine) &&
    !NO_HEADING.test(oneLine);
  return isHeading ? `# ${oneLine}` : text;
}
