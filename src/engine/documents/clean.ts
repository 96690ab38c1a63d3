/**
 * Brings the text of a document into the one form that models read well: NFC, `\n` for line ends, no invisible or
 * control characters, plain spaces, none at line ends, few blank lines. A stream: the result is the same however the
 * text is cut, and only a few characters wait for what follows.
 */
import { PlainPunctuation } from './punctuation.ts';

export interface CleanOptions {
  /** True removes blank lines, as a user's turn requires (a blank line ends it); false leaves one of each run. */
  readonly collapseBlankLines: boolean;
  /** ASCII quotes, `—` for `--`, `...` for `…`: the form of our own model's training text. Default: left as they are. */
  readonly plainPunctuation?: boolean | undefined;
}

/** Cleans a text that is there as a whole. White space at its beginning and end goes. */
export function cleanText(text: string, options: CleanOptions): string {
  const cleaner = new TextCleaner(options);
  return cleaner.push(text) + cleaner.flush();
}

/** The same for a stream; after `flush` it can clean another text. */
export class TextCleaner {
  readonly #characters = new CharacterFilter();
  readonly #composer = new Composer();
  readonly #punctuation: PlainPunctuation | undefined;
  readonly #lines: LineTidier;

  constructor({ collapseBlankLines, plainPunctuation = false }: CleanOptions) {
    this.#punctuation = plainPunctuation ? new PlainPunctuation() : undefined;
    this.#lines = new LineTidier(collapseBlankLines ? 1 : 2);
  }

  /** Takes the next piece; returns the cleaned text that is certain by now. */
  push(piece: string): string {
    return this.#compose(this.#characters.push(piece), false);
  }

  /** The text ended: returns the rest. */
  flush(): string {
    const rest = this.#compose(this.#characters.flush(), true);
    this.#lines.restart();
    return rest;
  }

  #compose(text: string, isLast: boolean): string {
    let composed = this.#composer.push(text);
    if (isLast) composed += this.#composer.flush();
    if (!this.#punctuation) return this.#lines.push(composed);
    composed = this.#punctuation.push(composed);
    if (isLast) composed += this.#punctuation.flush();
    return this.#lines.push(composed);
  }
}

/** Line ends of all kinds, spaces that look like a space (not U+3000, which is as wide as a letter), and invisible characters. */
const UNWANTED =
  // eslint-disable-next-line no-control-regex -- control characters are what it is for
  /(\r\n?|[\v\f\u0085\u2028\u2029])|([\t\u00a0\u1680\u2000-\u200a\u202f\u205f])|[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/**
 * Replaces or drops single characters. The joiners U+200C and U+200D stay: Persian and Indic spelling and many emoji
 * need them. Lone surrogates become U+FFFD.
 */
class CharacterFilter {
  /** A `\r`, or the first half of a surrogate pair. */
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece;
    const end = /[\r\ud800-\udbff]$/u.test(text) ? text.length - 1 : text.length;
    this.#held = text.slice(end);
    return filterCharacters(text.slice(0, end));
  }

  flush(): string {
    const rest = filterCharacters(this.#held);
    this.#held = '';
    return rest;
  }
}

const filterCharacters = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWANTED, (_, lineEnd?: string, space?: string) =>
      lineEnd !== undefined ? '\n' : space !== undefined ? ' ' : '',
    );

/**
 * Characters that may combine with the one before them under NFC: all marks, the vowels and final consonants of Hangul,
 * and the vowel signs of Kirat Rai. Before any other character a text can be cut and its parts be composed one by one.
 */
export const MAY_COMPOSE = /^[\p{M}\u1160-\u11ff\ud7b0-\ud7ff\u{16d63}-\u{16d6a}]/u;

/** Composes characters (Unicode normalisation form C). The last one waits for marks that may follow. */
class Composer {
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece;
    const end = lastBoundary(text);
    this.#held = text.slice(end);
    return text.slice(0, end).normalize('NFC');
  }

  flush(): string {
    const rest = this.#held.normalize('NFC');
    this.#held = '';
    return rest;
  }
}

/** Where the last character begins that cannot combine with the one before it. Of well-formed text. */
function lastBoundary(text: string): number {
  for (let at = text.length - 1; at > 0; at--) {
    const isSecondHalf = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (!isSecondHalf && !MAY_COMPOSE.test(text.slice(at, at + 2))) return at;
  }
  return 0;
}

/** Drops spaces at line ends, surplus line ends, and white space at the beginning and end of the text. */
class LineTidier {
  readonly #mostLineEnds: number;
  #begun = false;
  /** White space since the last text: line ends, and the spaces (plain or U+3000) after the last of them. */
  #lineEnds = 0;
  #spaces = '';

  constructor(mostLineEnds: number) {
    this.#mostLineEnds = mostLineEnds;
  }

  push(piece: string): string {
    return piece
      .split('\n')
      .map((part, index) => {
        if (index > 0) this.#endLine();
        return this.#takePart(part);
      })
      .join('');
  }

  restart(): void {
    this.#begun = false;
    this.#lineEnds = 0;
    this.#spaces = '';
  }

  #endLine(): void {
    this.#lineEnds++;
    this.#spaces = '';
  }

  #takePart(part: string): string {
    const text = part.trimEnd();
    if (text === '') {
      this.#spaces += part;
      return '';
    }
    const gap = '\n'.repeat(Math.min(this.#lineEnds, this.#mostLineEnds)) + this.#spaces;
    const taken = this.#begun ? gap + text : text.trimStart();
    this.#begun = true;
    this.#lineEnds = 0;
    this.#spaces = part.slice(text.length);
    return taken;
  }
}
