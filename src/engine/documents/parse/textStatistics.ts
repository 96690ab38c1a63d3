/** Counts words and characters of a text that streams by. */

/** A character of a script without spaces is a word, as word processors count; else a run of letters and digits. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|[[\p{L}\p{M}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]]+(?:['’\-][[\p{L}\p{M}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]]+)*/gv;
/** A word that is longer counts as several. */
const LONGEST_WORD = 1024;

export class TextStatistics {
  #words = 0;
  /** Code points. */
  characters = 0;
  /** The end of the text so far, which may be the first half of a word. */
  #held = '';

  /** Takes the next piece, whole characters. */
  add(text: string): void {
    for (const _ of text) this.characters++;
    const known = this.#held + text;
    const end = lastWordStart(known);
    this.#words += countWords(known.slice(0, end));
    this.#held = known.slice(end);
  }

  get words(): number {
    return this.#words + countWords(this.#held);
  }
}

function lastWordStart(text: string): number {
  const least = Math.max(0, text.length - LONGEST_WORD);
  let start = text.length;
  while (start > least && !/\s/u.test(text.charAt(start - 1))) start--;
  return start;
}

const countWords = (text: string): number => text.match(WORD)?.length ?? 0;
