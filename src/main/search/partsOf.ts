/** Cuts a document's text into the parts that are found by themselves. */
import type { FileHandle } from 'node:fs/promises';
import type { PageMap } from '../../engine/documents/parse/pageMap.ts';

/** Longer pages and texts without headings are cut; a hit leads to so much text at the most. */
const LONGEST_BYTES = 8192;

export interface CutPart {
  readonly startByte: number;
  readonly endByte: number;
  readonly raw: string;
}

/**
 * The parts from byte `from` on, where one begins: pages, or what stands below each heading where there are no pages.
 * @throws errors of the system, and RangeError when the text ends before its map does
 */
export async function* partsOf(
  file: Pick<FileHandle, 'read'>,
  { bytes, pages, outline }: Pick<PageMap, 'bytes' | 'pages' | 'outline'>,
  from: number,
): AsyncGenerator<CutPart, void, undefined> {
  const starts = pages.length > 0 ? pages : outline.map(({ startByte }) => startByte);
  const ends = [...new Set([...starts, bytes])].sort((a, b) => a - b);
  let at = from;
  for (const end of ends) {
    while (at < end) {
      const buffer = Buffer.alloc(Math.min(end - at, LONGEST_BYTES));
      const { bytesRead } = await file.read({ buffer, position: at });
      if (bytesRead < buffer.length) throw new RangeError('The text is shorter than its map.');
      const length = at + buffer.length === end ? buffer.length : cutBefore(buffer);
      yield { startByte: at, endByte: at + length, raw: buffer.toString('utf8', 0, length) };
      at += length;
    }
  }
}

const [LINE_END, SPACE] = [0x0a, 0x20];

/** Where to cut: after the last line end or space of the second half, or else between two characters. */
function cutBefore(buffer: Buffer): number {
  for (const mark of [LINE_END, SPACE]) {
    const at = buffer.lastIndexOf(mark);
    if (at >= buffer.length / 2) return at + 1;
  }
  let at = buffer.length - 1;
  while (at > 1 && isWithinCharacter(buffer[at])) at--;
  return at;
}

const isWithinCharacter = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
