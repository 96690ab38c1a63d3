/** How the bytes of one document become text: encoding, byte-order mark and line ends, found in the file's beginning. */
import type { ByteSource } from '../formats/byteSource.ts';
import { detectEncoding, ENCODING_SAMPLE_BYTES, type DocumentEncoding } from './encoding.ts';
import { readBytes } from './readBytes.ts';

export interface TextFormat {
  readonly encoding: DocumentEncoding;
  /** Where the text begins: behind the byte-order mark. */
  readonly startByte: number;
  /** Bytes of a code unit: 2 in UTF-16, else 1. */
  readonly unitBytes: 1 | 2;
  /** The code unit that ends a line, as bytes: `\n`, or `\r` in files of old Macs. */
  readonly newline: readonly number[];
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** @throws EngineError `document-unreadable`, also for what is no text */
export async function detectTextFormat(source: ByteSource): Promise<TextFormat> {
  const head = await readBytes(source, 0, Math.min(ENCODING_SAMPLE_BYTES, source.size));
  const { encoding, bomBytes } = detectEncoding(head, source.name);
  const format = { encoding, startByte: bomBytes };
  switch (encoding) {
    case 'utf-16le':
      return { ...format, unitBytes: 2, newline: [LINE_FEED, 0] };
    case 'utf-16be':
      return { ...format, unitBytes: 2, newline: [0, LINE_FEED] };
    default: {
      // In all these encodings the bytes of line ends and spaces mean nothing else.
      const oldMac = head.includes(CARRIAGE_RETURN) && !head.includes(LINE_FEED);
      return { ...format, unitBytes: 1, newline: [oldMac ? CARRIAGE_RETURN : LINE_FEED] };
    }
  }
}
