/** A text that was cut at bytes, without the halves of characters at its ends and without empty lines there. */
export const withoutCuts = (text: string): string =>
  text.replace(/^\uFFFD+|\uFFFD+$/gu, '').replace(/^\s*\n|\s+$/gu, '');
