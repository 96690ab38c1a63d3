/** How the bytes of one document become text: encoding, byte-order mark and line ends, found in the file's beginning. */
import { EngineError } from '../api/errors.ts';
import type { ByteSource } from '../formats/byteSource.ts';

export interface TextFormat {
  /** A label of the Encoding Standard, for TextDecoder. */
  readonly encoding: string;
  /** Bytes before the text: the byte-order mark. */
  readonly startByte: number;
  /** Bytes of a code unit: 2 in UTF-16, else 1. */
  readonly unitBytes: 1 | 2;
  /** The code unit that ends a line, as bytes: `\n`, or `\r` in files of old Macs. */
  readonly newline: readonly number[];
}

/** Enough text to tell the encoding and the line ends. */
const HEAD_BYTES = 64 * 1024;

/** Cleans one block: one kind of line end, blank lines collapsed (a blank line ends a turn), trimmed. */
export function cleanBlock(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(/\n(?:[^\S\n]*\n)+/gu, '\n').trim();
}

export async function detectTextFormat(source: ByteSource): Promise<TextFormat> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
  const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', startByte: 2, unitBytes: 2, newline: [0x0a, 0] };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', startByte: 2, unitBytes: 2, newline: [0, 0x0a] };
  if (head.includes(0))
    throw new EngineError('document-unreadable', `${source.name} is not a text file.`, { nextStep: 'Save it as plain text or Markdown first.' });
  const newline = head.includes(0x0a) || !head.includes(0x0d) ? [0x0a] : [0x0d];
  let encoding = 'utf-8';
  try { new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }); } catch { encoding = 'windows-1252'; }
  return { encoding, startByte: bom, unitBytes: 1, newline };
}
