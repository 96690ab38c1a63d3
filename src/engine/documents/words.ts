/** The words of a text, folded so that forms of one word count as the same. For comparing texts only, not for showing. */

/** A run of letters and digits, or one character of a script that is written without spaces. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu;

/** Shorter stems would join words that have nothing to do with each other. */
const SHORTEST_STEM = 4;
const ENGLISH_ENDINGS = ['ing', 'ed', 'es', 's', 'e'];

/** Lower-case words in order, repeated ones included, without accents and without English endings. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mn}+/gu, '')
    .replace(/['’]s\b/gu, '')
    .toLowerCase();
  return (plain.match(WORD) ?? []).map(stem);
}

function stem(word: string): string {
  const ending = ENGLISH_ENDINGS.find(
    (candidate) => word.endsWith(candidate) && word.length - candidate.length >= SHORTEST_STEM,
  );
  return ending === undefined ? word : word.slice(0, -ending.length);
}
