/** Whether a text holds what was looked for, and how well it fits. */

/** Beyond these, more of the same word says nothing more about a text. */
const MOST_COUNTED = 15;
/** A text that is so much longer fits half as well with the same words. */
const HALVING_LENGTH = 4000;

/** Scripts that are written without spaces between words. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF]`;
/** No character before it is of these scripts. */
const FIRST_UNSPACED = 0x2e80;
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u');
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, 'u');
const IS_UNSPACED = new RegExp(UNSPACED, 'u');
/** Spaces that are not one blank between two words: few of them, and only they cost time. */
const ODD_SPACES = / \s+|[^\S ]\s*/gu;

/** The text as it is searched: line breaks neither part words of scripts without spaces nor the words of a phrase. */
export const searchableText = (text: string): string => text.normalize('NFC').replace(ODD_SPACES, blankFor).trim();

/** One line end between two characters of such a script is nothing; any other spaces are a blank. */
function blankFor(spaces: string, at: number, text: string): string {
  const end = at + spaces.length;
  if (text.charCodeAt(at - 1) < FIRST_UNSPACED || text.charCodeAt(end) < FIRST_UNSPACED) return ' ';
  const isBroken = spaces.split('\n').length === 2 && ENDS_UNSPACED.test(text.slice(Math.max(0, at - 2), at));
  return isBroken && BEGINS_UNSPACED.test(text.slice(end, end + 2)) ? '' : ' ';
}

export interface Matcher {
  /** Whether every term is in the text, whatever its case. */
  holds(text: string): boolean;
  /** More for more matches, for whole words and for the terms side by side; less for longer texts. */
  score(text: string): number;
}

export function matcherOf(terms: readonly string[]): Matcher {
  const each = terms.map((term) => new RegExp(escaped(term), 'iu'));
  const counted = terms.map((term) => new RegExp(escaped(term), 'giu'));
  const whole = terms.map((term) => new RegExp(`${atWordStart(term)}${escaped(term)}${atWordEnd(term)}`, 'iu'));
  const phrase = terms.length > 1 ? new RegExp(terms.map(escaped).join(String.raw`\s*`), 'iu') : undefined;
  return {
    holds: (text) => each.every((term) => term.test(text)),
    score: (text) => {
      const words = counted.reduce((sum, term) => sum + Math.log2(1 + countOf(text, term)), 0);
      const bonus = whole.filter((term) => term.test(text)).length + (phrase?.test(text) ? 2 : 0);
      return (words + bonus) / (1 + text.length / HALVING_LENGTH);
    },
  };
}

/** A pattern that matches the term and nothing else. */
export const escaped = (term: string): string => term.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);

/** Nothing where the term itself does not begin with a letter of a spaced script. */
const atWordStart = (term: string): string => (/^[\p{L}\p{N}]/u.test(term) && isSpaced(term) ? WORD_START : '');
const atWordEnd = (term: string): string => (/[\p{L}\p{N}]$/u.test(term) && isSpaced(term) ? WORD_END : '');
const WORD_START = String.raw`(?<![\p{L}\p{N}])`;
const WORD_END = String.raw`(?![\p{L}\p{N}])`;
const isSpaced = (term: string): boolean => !IS_UNSPACED.test(term);

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count === MOST_COUNTED) break;
  return count;
}
