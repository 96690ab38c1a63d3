/** Joins words that a line end divides. */

/** A letter, the hyphen (plain, soft or U+2010) at the line's end. */
const DIVIDED = /(\p{L})(?:[-\u2010]|\u00ad)$/u;
/** The rest of the word, and the punctuation that goes with it. */
const REST = /^(\p{Ll}[\p{L}\p{M}]*[^\s\p{L}]*)\s*/u;

/**
 * The lines, each with its line end but the last. Where a line ends in a hyphen and the next begins with a small letter,
 * the word is put together at the end of the first. (A compound that is divided at its own hyphen loses it.)
 */
export function joinHyphens(lines: readonly string[]): string {
  let [text, open] = ['', ''];
  for (const [i, line] of lines.entries()) {
    if (i === 0) {
      open = line;
      continue;
    }
    const rest = DIVIDED.test(open) ? REST.exec(line) : null;
    if (rest === null) {
      text += `${open}\n`;
      open = line;
      continue;
    }
    const whole = open.replace(DIVIDED, '$1') + (rest[1] ?? '');
    const remaining = line.slice(rest[0].length);
    if (remaining === '') open = whole;
    else {
      text += `${whole}\n`;
      open = remaining;
    }
  }
  return text + open;
}
