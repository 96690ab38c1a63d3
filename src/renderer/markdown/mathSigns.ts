/**
 * Brings the ways in which models write formulas into the one that the Markdown parser knows, and keeps prices out of it:
 * a dollar sign opens a formula only if no space follows, and closes it only if no space precedes and no digit follows.
 */

/** What a text is cut into, the first that fits. Code and what is escaped already are left alone. */
const PARTS = [
  /^ {0,3}(?<fence>`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\k<fence>[`~]*\s*$|(?![\s\S]))/,
  /(?<ticks>`+)(?!`)[^\n]*?[^`]\k<ticks>(?!`)/,
  /\\\[(?<display>[\s\S]+?)\\\]/,
  /\\\((?<inline>.+?)\\\)/,
  /\$\$[\s\S]*?(?:\$\$|(?![\s\S]))/,
  /\$(?=[^\s$])(?:[^$\n\\]|\\.)*?(?<=\S)\$(?!\d)/,
  /\\\$/,
  /(?<dollar>\$)/,
];
const PART = new RegExp(PARTS.map(({ source }) => source).join('|'), 'gm');

/** The text with formulas in dollar signs, and with every other dollar sign escaped. */
export function withMathSigns(text: string): string {
  return text.replace(PART, (...found: unknown[]) => {
    const { display, inline, dollar } = found.at(-1) as Readonly<Record<string, string | undefined>>;
    if (display !== undefined) return `$$${display}$$`;
    if (inline !== undefined) return `$${inline.trim()}$`;
    return dollar === undefined ? String(found[0]) : '\\$';
  });
}
