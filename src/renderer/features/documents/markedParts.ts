/** A text in parts, those that are one of the words marked. Between the words' letters the text may have line breaks. */
export function markedParts(text: string, words: readonly string[]): { text: string; match: boolean }[] {
  const plain = text.normalize('NFC');
  const patterns = words.filter((word) => word !== '').map(patternOf);
  if (patterns.length === 0) return [{ text: plain, match: false }];
  // Split by a group, every other part is a match.
  const parts = plain.split(new RegExp(`(${patterns.join('|')})`, 'giu'));
  return parts.map((part, place) => ({ text: part, match: place % 2 === 1 })).filter(({ text: part }) => part !== '');
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function patternOf(word: string): string {
  const characters = Array.from(word.normalize('NFC').replace(/\s+/gu, ' '));
  return characters
    .map((character, place) => {
      if (character === ' ') return String.raw`\s+`;
      const pattern = character.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
      // A line of Chinese or Japanese ends anywhere.
      return place > 0 && UNSPACED.test(character) ? String.raw`\s*${pattern}` : pattern;
    })
    .join('');
}
