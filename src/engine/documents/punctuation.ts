/** Punctuation in the one plain form of our own model's training text (quotes straight, dashes `—`, three dots), as a stream. */

const PLAIN: ReadonlyMap<string, string> = new Map([
  ['‘', "'"],
  ['’', "'"],
  ['‚', "'"],
  ['‛', "'"],
  ['ʼ', "'"],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‟', '"'],
  // U+2010 HYPHEN and U+2011 NON-BREAKING HYPHEN.
  ['\u2010', '-'],
  ['\u2011', '-'],
  // U+2015 HORIZONTAL BAR.
  ['\u2015', '—'],
  ['…', '...'],
]);

const NOT_PLAIN = new RegExp(`[${[...PLAIN.keys()].join('')}]`, 'gu');

/**
 * A typewriter's dash: exactly two hyphens close behind a word or mark (`he said--and`, `no!--`). Two after a space are
 * an option of a command, three or more a rule.
 */
const TYPED_DASH = /(?<=[^\s-])--(?!-)/gu;

export class PlainPunctuation {
  /** The last character that was passed on, as it came: what a dash stands behind. */
  #previous = '';
  /** Hyphens that may become a dash. */
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece.replace(NOT_PLAIN, (character) => PLAIN.get(character) ?? character);
    // A run of three or more is no dash, however long it gets.
    const [run = ''] = /-*$/u.exec(text.slice(-3)) ?? [];
    const end = run.length < 3 ? text.length - run.length : text.length;
    this.#held = text.slice(end);
    return this.#pass(text.slice(0, end));
  }

  flush(): string {
    const rest = this.#pass(this.#held);
    this.#held = '';
    this.#previous = '';
    return rest;
  }

  #pass(text: string): string {
    const joined = (this.#previous + text).replace(TYPED_DASH, '—');
    const passed = joined.slice(this.#previous.length);
    if (text !== '') this.#previous = text.slice(-1);
    return passed;
  }
}
