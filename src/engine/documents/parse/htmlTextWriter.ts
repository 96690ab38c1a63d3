/** Puts pieces of a page together: gaps between blocks are asked for often and written once, before the next text. */
import type { MarkedHeading } from './parser.ts';

/** A stretch of text that begins with `headings`. */
export interface HtmlPart {
  readonly text: string;
  readonly headings?: readonly MarkedHeading[];
}

/** Runs of the white space that HTML collapses; a no-break space is none. */
export const collapseSpaces = (text: string): string => text.replace(/[ \t\n\f\r]+/gu, ' ');

export class HtmlTextWriter {
  readonly #parts: HtmlPart[] = [];
  #headings: readonly MarkedHeading[] = [];
  #pieces: string[] = [];
  /** The last two characters written, so that nobody needs to look at the whole. */
  #tail = '';
  #gap: '' | '\n' | '\n\n' = '';
  /** A space was seen that is written only between two words. */
  #space = false;
  #mark = '';
  /** A cell of the row was written. */
  #cells = false;

  /** Text whose white space collapses. */
  inline(raw: string): void {
    const text = collapseSpaces(raw);
    const words = text.replace(/^ | $/gu, '');
    this.#space ||= text.startsWith(' ');
    if (words === '') return;
    this.#write(words);
    this.#space = text.endsWith(' ');
  }

  /** Text as it is. */
  exact(text: string): void {
    this.#space = false;
    this.#flushGap();
    this.#append(text);
  }

  /** The same on a line of its own. */
  endExact(text: string): void {
    if (!this.#tail.endsWith('\n')) this.#append('\n');
    this.exact(text);
  }

  lineBreak(preformatted: boolean): void {
    if (preformatted) this.exact('\n');
    else this.boundary('line');
  }

  /** The next text begins a line, or a paragraph. */
  boundary(kind: 'line' | 'paragraph'): void {
    this.#gap = kind === 'paragraph' || this.#gap === '\n\n' ? '\n\n' : '\n';
    this.#space = false;
    this.#cells = false;
  }

  /** What goes before the next text; without one it is never written. */
  mark(mark: string): void {
    this.#mark = mark;
  }

  /** A cell of a table begins. */
  cell(): void {
    if (this.#cells) {
      this.#flushGap();
      this.#append(' |');
      this.#space = true;
    }
    this.#cells = true;
  }

  /** A heading begins a part. */
  heading(title: string, level: number): void {
    if (title === '') return;
    this.#endPart();
    this.#headings = [{ title, level }];
    this.#write(`${'#'.repeat(level)} ${title}`);
    this.boundary('paragraph');
  }

  finish(): HtmlPart[] {
    this.#endPart();
    return this.#parts;
  }

  #endPart(): void {
    this.#mark = '';
    if (this.#tail !== '') {
      const text = this.#pieces.join('').trimEnd();
      this.#parts.push({ text: `${text}\n\n`, ...(this.#headings.length > 0 && { headings: this.#headings }) });
    }
    [this.#pieces, this.#headings, this.#tail, this.#gap] = [[], [], '', ''];
  }

  #write(text: string): void {
    this.#flushGap();
    if (this.#mark !== '') this.#append(this.#mark);
    else if (this.#space && this.#tail !== '' && !/\s$/u.test(this.#tail)) this.#append(' ');
    this.#append(text);
    this.#mark = '';
  }

  #flushGap(): void {
    const standing = this.#tail.endsWith('\n\n') ? 2 : this.#tail.endsWith('\n') ? 1 : 0;
    if (this.#tail !== '') this.#append('\n'.repeat(Math.max(0, this.#gap.length - standing)));
    this.#gap = '';
  }

  #append(text: string): void {
    this.#pieces.push(text);
    this.#tail = (this.#tail + text).slice(-2);
  }
}
