/** Markdown: front matter goes, links and images shrink to their text, headings and code stay as they are. */
import { atxTitle } from '../headings.ts';
import { markdownText } from './markdownText.ts';
import type { DocumentParser } from './parser.ts';
import { textParts, type LineResult } from './textParts.ts';

/** Front matter that does not end by then is none: a document may begin with a rule. */
const LONGEST_FRONT_MATTER = 200;

export const markdownParser: DocumentParser = {
  id: 'markdown',
  extensions: ['.md', '.markdown', '.mdown', '.mkd', '.mdx', '.rmd', '.qmd'],
  parse: (source, options) => {
    const reader = new MarkdownReader();
    return textParts(source, options, (line) => reader.read(line));
  },
};

class MarkdownReader {
  /** Lines of what may be front matter; undefined once that is settled. */
  #front: string[] | undefined = [];
  /** The mark that closes the open block of code. */
  #fence: string | undefined;

  read(line: string | undefined): LineResult {
    if (this.#front) return this.#readFront(this.#front, line);
    return line === undefined ? { text: '' } : this.#readLine(line);
  }

  #readFront(front: string[], line: string | undefined): LineResult {
    if (line !== undefined) front.push(line);
    const isMatter = front[0]?.trimEnd() === '---';
    if (isMatter && front.length > 1 && line !== undefined && /^(?:---|\.\.\.)\s*$/u.test(line)) {
      this.#front = undefined;
      return { text: '', title: titleIn(front) };
    }
    if (isMatter && line !== undefined && front.length < LONGEST_FRONT_MATTER) return { text: '' };
    this.#front = undefined;
    const results = front.map((held) => this.#readLine(held));
    const heading = results.length === 1 ? results[0]?.heading : undefined;
    return { text: results.map(({ text }) => text).join(''), heading };
  }

  #readLine(line: string): LineResult {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)/u.exec(line);
    if (this.#fence !== undefined) {
      const closes = fence?.[1]?.startsWith(this.#fence) === true && fence[2]?.trim() === '';
      if (closes) this.#fence = undefined;
      return { text: line };
    }
    if (fence) {
      this.#fence = fence[1];
      return { text: line };
    }
    const text = markdownText(line);
    const title = atxTitle(text.trimEnd());
    return title === undefined ? { text } : { text, heading: { title, level: levelOf(text) } };
  }
}

const levelOf = (line: string): number => /#+/u.exec(line)?.[0].length ?? 1;

/** `title: …` of YAML front matter. */
function titleIn(front: readonly string[]): string | undefined {
  const value = front.map((line) => /^title:\s*(.+?)\s*$/u.exec(line)?.[1]).find((title) => title !== undefined);
  return value?.replace(/^(["'])(.*)\1$/u, '$2');
}
