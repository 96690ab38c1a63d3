/** Text as parts of Markdown. */

/** Text for one line: line breaks become spaces, and what Markdown would take as marks is escaped. */
export const inline = (text: string): string =>
  text
    .trim()
    .replace(/\s+/gu, ' ')
    .replace(/[\\`*_[\]<>#|]/gu, '\\$&');

const OPENS = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/u;
const CLOSES = /^ {0,3}(`{3,}|~{3,})\s*$/u;

/** The marks of the block of code that is open after a line; undefined when none is. @param open before the line */
export function fenceAfter(line: string, open: string | undefined): string | undefined {
  if (open === undefined) return OPENS.exec(line)?.[1];
  return CLOSES.exec(line)?.[1]?.startsWith(open) === true ? undefined : open;
}

/** What a model or a user wrote as Markdown, with the end of a block of code where it was left out. */
export function closed(text: string): string {
  let open: string | undefined;
  for (const line of text.split('\n')) open = fenceAfter(line, open);
  return open === undefined ? text.trim() : `${text.trim()}\n${open}`;
}
