/** A PDF of three pages, a chapter each, of the sample that comes with the app: short enough for a slow machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesAt, writePdf } from '../../test/support/writePdf.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'resources', 'samples', 'lighthouse.md');
const LINE_LETTERS = 80;
/** Of a section: a software adapter reads some twenty tokens a second. */
const PARAGRAPHS = 3;

/** The sample's first three sections: title and text. */
function sections(): { title: string; text: string }[] {
  const [, ...parts] = readFileSync(SAMPLE, 'utf8').split(/^## /m);
  return parts.slice(0, 3).map((part) => {
    const [title = '', ...lines] = part.split('\n');
    return { title, text: lines.join('\n').trim() };
  });
}

/** Breaks a paragraph into lines that fit a page. */
function broken(paragraph: string): string[] {
  const lines = [''];
  for (const word of paragraph.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (longer.length > LINE_LETTERS) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

export function lighthousePdf(): Uint8Array<ArrayBuffer> {
  const pages = sections().map(({ title, text }, index) => {
    const lines = text.split('\n\n', PARAGRAPHS).flatMap((paragraph) => [...broken(paragraph), '']);
    return linesAt([`CHAPTER ${index + 1}`, title, '', ...lines]);
  });
  return writePdf(pages, { title: 'The Lighthouse at Corran Point' });
}
