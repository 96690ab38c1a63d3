/** Text files line by line, in parts of bounded size: what the parsers of text, code and Markdown share. */
import type { ByteSource } from '../../formats/byteSource.ts';
import { detectTextFormat } from '../encoding.ts';
import { documentLines } from '../lines.ts';
import type { MarkedHeading, ParsedPart, ParseOptions, ParseWarning } from './parser.ts';

/** A longer line comes in pieces. */
const LONGEST_LINE_BYTES = 64 * 1024;
const PART_CHARACTERS = 64 * 1024;

/** What becomes of a line (with its line end): its text, and the heading that it is. */
export interface LineResult {
  readonly text: string;
  readonly heading?: MarkedHeading | undefined;
  readonly title?: string | undefined;
}

/**
 * Decodes `source` and puts each line through `change`; a heading begins a new part. After the last line `change` is
 * asked once more, with undefined, for what it has held back.
 * @throws EngineError `document-unreadable`; the signal's reason
 */
export async function* textParts(
  source: ByteSource,
  { signal }: ParseOptions,
  change: (line: string | undefined) => LineResult,
): AsyncGenerator<ParsedPart, void, undefined> {
  let open: ParsedPart = { text: '', fraction: 0 };
  let undecodable = 0;
  for await (const { text, endByte } of documentLines(source, LONGEST_LINE_BYTES)) {
    undecodable += countReplacements(text);
    const result = change(text);
    if (open.text !== '' && (result.heading || open.text.length >= PART_CHARACTERS)) {
      signal?.throwIfAborted();
      yield open;
      open = { text: '', fraction: 0 };
    }
    open = grown(open, result, endByte / source.size);
  }
  signal?.throwIfAborted();
  open = grown(open, change(undefined), 1);
  yield { ...open, warnings: await encodingWarnings(source, undecodable) };
}

const grown = (part: ParsedPart, { text, heading, title }: LineResult, fraction: number): ParsedPart => ({
  ...part,
  text: part.text + text,
  fraction,
  ...(heading && { headings: [heading] }),
  ...(title !== undefined && { title }),
});

/** The older encodings are told apart by likelihood only. */
async function encodingWarnings(source: ByteSource, undecodable: number): Promise<ParseWarning[]> {
  if (undecodable > 0) return [{ code: 'odd-encoding', count: undecodable }];
  const { encoding } = await detectTextFormat(source);
  return encoding.startsWith('utf-') ? [] : [{ code: 'odd-encoding' }];
}

/** U+FFFD stands where bytes made no character. */
export function countReplacements(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) count++;
  return count;
}
