/**
 * Cuts Markdown that is still being written into blocks that no later text can change, so that only the last one is
 * parsed again. Cautious: what might belong together stays together.
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const MATH = /^\s*\$\$/;
/** Items, quotes, tables and indented lines go on after an empty line. */
const GOES_ON = /^(?:\s|>|\||[-*+] |\d{1,9}[.)] )/;

/** Joined, the blocks are the text. */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block = '';
  let fence: string | undefined;
  let math = false;
  let emptyBefore = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const empty = line.trim() === '';
    if (emptyBefore && !empty && fence === undefined && !math && !GOES_ON.test(line)) {
      blocks.push(block);
      block = '';
    }
    block += line;
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined;
    } else if (math) {
      math = !line.includes('$$');
    } else {
      fence = FENCE.exec(line)?.[1];
      // `$$x$$` on one line is whole.
      math = fence === undefined && MATH.test(line) && line.split('$$').length === 2;
    }
    emptyBefore = empty;
  }
  if (block !== '') blocks.push(block);
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const found = FENCE.exec(line)?.[1];
  return found?.startsWith(fence) === true && line.trim() === found;
}
