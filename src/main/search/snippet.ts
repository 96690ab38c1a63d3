/** The part of a text around what was looked for, with the matches marked. */
import { escaped } from './matching.ts';

/** Characters before the first match and after it. */
const BEFORE = 40;
const AFTER = 100;

export type Snippet = { text: string; match: boolean }[];

/** More words, and longer ones, only narrow what is found already; the database takes no end of either. */
const MOST_TERMS = 12;
const LONGEST_TERM = 100;

/** The words of a query; what stands in quotation marks is one. */
export function termsOf(query: string): string[] {
  const plain = query.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' ');
  const terms = [...plain.matchAll(/"([^"]+)"|(\S+)/gu)].map(([, quoted, bare]) => (quoted ?? bare ?? '').trim());
  const short = terms.map((term) => Array.from(term).slice(0, LONGEST_TERM).join(''));
  return [...new Set(short.filter((term) => term !== '' && term !== '"'))].slice(0, MOST_TERMS);
}

export function snippetOf(text: string, terms: readonly string[]): Snippet {
  const plain = text.replace(/\s+/gu, ' ').trim();
  const words = terms.map(escaped).join('|');
  const first = Math.max(0, plain.search(new RegExp(words, 'iu')));
  const start = wordStart(plain, between(plain, Math.max(0, first - BEFORE)));
  const end = between(plain, Math.min(plain.length, first + AFTER));
  const cut = `${start > 0 ? '…' : ''}${plain.slice(start, end)}${end < plain.length ? '…' : ''}`;
  return marked(cut, new RegExp(words, 'giu'));
}

function marked(text: string, pattern: RegExp): Snippet {
  const parts: Snippet = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > at) parts.push({ text: text.slice(at, index), match: false });
    parts.push({ text: found, match: true });
    at = index + found.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), match: false });
  return parts;
}

/** The place, or the one before it where that is inside of a character. */
const between = (text: string, at: number): number => (/^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1)) ? at - 1 : at);

/** The beginning of the word that `at` is in, if there is one near. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(' ', at);
  return space >= 0 && space < at + BEFORE / 2 ? space + 1 : at;
}
