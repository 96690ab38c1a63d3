/** How the bytes of a document become text: encoding, byte-order mark and line ends, found in the file's beginning. */
import { EngineError } from '../api/errors.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { readBytes } from './readBytes.ts';

/** Labels of the Encoding Standard. */
export type DocumentEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'gb18030' | 'shift_jis';

export interface DetectedEncoding {
  readonly encoding: DocumentEncoding;
  /** Bytes of the byte-order mark; 0 when there is none. */
  readonly bomBytes: number;
}

/** How much of a document is looked at, if there is so much: rare letters need room to turn up. */
const SAMPLE_BYTES = 64 * 1024;

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

const BYTE_ORDER_MARKS: readonly (readonly [encoding: DocumentEncoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Looks at the beginning of a document.
 * @throws EngineError `document-unreadable`, also for what is no text
 */
export async function detectTextFormat(source: ByteSource): Promise<TextFormat> {
  const head = await readBytes(source, 0, Math.min(SAMPLE_BYTES, source.size));
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

/**
 * The encoding of a document, from its first bytes: by its byte-order mark, by the zero bytes of UTF-16, as UTF-8 where
 * the bytes allow it, else by which of the older encodings makes the most sense of them. Encodings beyond these come out
 * as wrong letters; only a person can tell.
 * @param name For messages, e.g. the file's name.
 * @throws EngineError `document-unreadable` when the bytes are no text at all
 */
export function detectEncoding(firstBytes: Uint8Array, name: string): DetectedEncoding {
  if (startsWith(firstBytes, [0xff, 0xfe, 0, 0]) || startsWith(firstBytes, [0, 0, 0xfe, 0xff]))
    throw unreadable(name, 'is in UTF-32, which is not supported');
  for (const [encoding, mark] of BYTE_ORDER_MARKS)
    if (startsWith(firstBytes, mark)) return { encoding, bomBytes: mark.length };
  const encoding = utf16ByZeros(firstBytes) ?? (looksBinary(firstBytes) ? undefined : eightBitEncoding(firstBytes));
  if (encoding === undefined) throw unreadable(name, 'is not a text file');
  return { encoding, bomBytes: 0 };
}

/**
 * Control bytes that no text needs: all below a space but tab, line ends, form feed, the end mark of old systems (1A) and
 * escape (of ISO 2022, ANSI colours).
 */
const isControl = (byte: number): boolean =>
  byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1a && byte !== 0x1b;

const SIGNATURES: readonly (readonly number[])[] = [
  [0x25, 0x50, 0x44, 0x46, 0x2d], // %PDF-
  [0x50, 0x4b, 0x03, 0x04], // ZIP: docx, odt, epub …
  [0x7b, 0x5c, 0x72, 0x74, 0x66], // {\rtf
  [0x1f, 0x8b], // gzip
  [0xd0, 0xcf, 0x11, 0xe0], // old Word
];

/** True when bytes without a byte-order mark are no text in an 8-bit or multi-byte encoding. UTF-16 looks binary, too. */
export function looksBinary(bytes: Uint8Array): boolean {
  if (SIGNATURES.some((signature) => startsWith(bytes, signature)) || bytes.includes(0)) return true;
  const controls = bytes.reduce((count, byte) => (isControl(byte) ? count + 1 : count), 0);
  // Stray control characters occur in old text files; in compressed data they are every tenth byte.
  return controls * 50 > bytes.length;
}

/** True for what `detectEncoding` takes. */
export function looksLikeText(firstBytes: Uint8Array): boolean {
  try {
    detectEncoding(firstBytes, '');
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 without a byte-order mark: text with many Latin letters, whose every other byte is zero. */
function utf16ByZeros(bytes: Uint8Array): DocumentEncoding | undefined {
  const zeros = [0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = bytes.length * 0.2;
  // A text has hardly any letters whose low byte is zero.
  if (odd > many && even < odd * 0.02) return plausible(bytes, 'utf-16le');
  return even > many && odd < even * 0.02 ? plausible(bytes, 'utf-16be') : undefined;
}

/** `encoding`, if the bytes decode without error and without control characters. */
function plausible(bytes: Uint8Array, encoding: DocumentEncoding): DocumentEncoding | undefined {
  const text = decodeOrUndefined(bytes, encoding);
  return text !== undefined && [...text].every((character) => !isControl(character.codePointAt(0) ?? 0))
    ? encoding
    : undefined;
}

function eightBitEncoding(bytes: Uint8Array): DocumentEncoding {
  if (decodeOrUndefined(bytes, 'utf-8') !== undefined) return 'utf-8';
  if (isJapanese(decodeOrUndefined(bytes, 'shift_jis'))) return 'shift_jis';
  return hasCommonChinese(bytes) && decodeOrUndefined(bytes, 'gb18030') !== undefined ? 'gb18030' : 'windows-1252';
}

/** Japanese is a third kana and more; other encodings read as Shift JIS give half-width kana and rare characters. */
function isJapanese(text: string | undefined): boolean {
  if (text === undefined) return false;
  const kana = countMatches(text, /[\u3041-\u30fe]/gu);
  const halfWidth = countMatches(text, /[\uff61-\uff9f]/gu);
  return kana * 5 > countMatches(text, /[^\0-\x7f]/gu) && kana > halfWidth;
}

/**
 * The 3,755 common Chinese characters (rows B0 … D7 of GB 2312) make up most of any Chinese text, punctuation and
 * full-width letters (rows A1 … A3) most of the rest. In Western text letters beyond ASCII seldom come in such pairs.
 */
function hasCommonChinese(bytes: Uint8Array): boolean {
  let [beyondAscii, common] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const [first = 0, second = 0] = [bytes[i], bytes[i + 1]];
    if (first < 0x80) continue;
    beyondAscii++;
    if (first === 0x80 || second < 0x40) continue;
    if (second >= 0xa1 && ((first >= 0xb0 && first <= 0xd7) || (first >= 0xa1 && first <= 0xa3))) common++;
    i++;
  }
  return common * 2 > beyondAscii;
}

function decodeOrUndefined(bytes: Uint8Array, encoding: DocumentEncoding): string | undefined {
  try {
    // A stream, because the sample may end inside a character.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

const countMatches = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const startsWith = (bytes: Uint8Array, beginning: readonly number[]): boolean =>
  bytes.length >= beginning.length && beginning.every((byte, i) => bytes[i] === byte);

const unreadable = (name: string, problem: string): EngineError =>
  new EngineError('document-unreadable', `${name} ${problem}.`, {
    nextStep: 'Save it as plain text in UTF-8 and open that file.',
  });
