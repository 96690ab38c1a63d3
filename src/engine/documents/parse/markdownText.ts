/** One line of Markdown without what only a program follows: targets of links and images, definitions, comments. */

/** `[text](target "title")`, `![alt](target)`; the target may hold one pair of parentheses. */
const INLINE_LINK =
  /!?\[((?:[^[\]\\]|\\.)*)\]\((?:<[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/gu;
/** `[text][label]`, `![alt][label]`. */
const REFERENCE_LINK = /!?\[((?:[^[\]\\]|\\.)+)\]\[[^[\]]*\]/gu;
/** `<https://example.org>` */
const AUTOLINK = /<((?:https?|mailto|ftp):[^<>\s]+)>/gu;
const COMMENT = /<!--.*?-->/gu;
/** `[label]: target "title"`; a footnote (`[^1]: text`) is text. */
const DEFINITION = /^ {0,3}\[(?!\^)[^[\]]+\]:\s*\S+(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$/u;

/** The line as a person reads it, with its line end. Code between backticks stays as it is. */
export function markdownText(line: string): string {
  if (!/[[<]/u.test(line)) return line;
  if (DEFINITION.test(line)) return /[\r\n]+$/u.exec(line)?.[0] ?? '';
  return line
    .split(/(`+[^`]*`+)/u)
    .map((piece, i) => (i % 2 === 0 ? withoutTargets(piece) : piece))
    .join('');
}

function withoutTargets(text: string): string {
  // Twice: an image inside a link is a link's text only when it is a text itself.
  const once = text.replace(COMMENT, '').replace(INLINE_LINK, '$1').replace(REFERENCE_LINK, '$1');
  return once.replace(INLINE_LINK, '$1').replace(REFERENCE_LINK, '$1').replace(AUTOLINK, '$1');
}
