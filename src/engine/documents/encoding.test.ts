/** Encodings told apart, by byte-order mark and without, and what is no text. */
import { describe, expect, it } from 'vitest';
import { detectEncoding, looksBinary, type DocumentEncoding } from './encoding.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const utf16le = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf16le'));
const utf16be = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Encodes with the decoder's own table: every text that is one pair of bytes or one byte a character. */
function encodeWith(encoding: DocumentEncoding, text: string): Uint8Array {
  const table = new Map<string, number[]>();
  const add = (...sequence: number[]): void => {
    const character = new TextDecoder(encoding).decode(Uint8Array.from(sequence));
    if ([...character].length === 1 && character !== '\ufffd' && !table.has(character)) table.set(character, sequence);
  };
  for (let first = 0; first < 256; first++) add(first);
  if (encoding !== 'windows-1252')
    for (let first = 0x81; first < 0xff; first++) for (let second = 0x40; second < 0xff; second++) add(first, second);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const sequence = table.get(character);
      if (!sequence) throw new Error(`${encoding} has no ${character}`);
      return sequence;
    }),
  );
}

const FRENCH = 'Le garçon était là, « très fatigué » ; il répondit : « Où êtes-vous allé l’été passé ? » Ça coûte 5 €.';
const GERMAN = 'Die Straße überquerten fünf größere Käfer – „schöne Grüße“ übrigens.';
const CHINESE = '傍晚时分，两位旅人来到了客栈。店主是个高个子，眼睛灰灰的，他问客人要不要住下。Chapter 2';
const JAPANESE = '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。ニャーニャー泣いていた。Kapitel 1';

describe('detectEncoding', () => {
  it.each<[what: string, bytes: Uint8Array, encoding: DocumentEncoding, bomBytes: number, text: string]>([
    ['ASCII', bytes(0x61, 0x0a), 'utf-8', 0, 'a\n'],
    ['UTF-8', Buffer.from(CHINESE), 'utf-8', 0, CHINESE],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${FRENCH}`), 'utf-8', 3, FRENCH],
    ['UTF-16LE with a mark', joined(bytes(0xff, 0xfe), utf16le(CHINESE)), 'utf-16le', 2, CHINESE],
    ['UTF-16BE with a mark', joined(bytes(0xfe, 0xff), utf16be(CHINESE)), 'utf-16be', 2, CHINESE],
    ['UTF-16LE without', utf16le(FRENCH), 'utf-16le', 0, FRENCH],
    ['UTF-16BE without', utf16be(FRENCH), 'utf-16be', 0, FRENCH],
    ['French in windows-1252', encodeWith('windows-1252', FRENCH), 'windows-1252', 0, FRENCH],
    ['German in windows-1252', encodeWith('windows-1252', GERMAN), 'windows-1252', 0, GERMAN],
    ['one curly quote in windows-1252', hex('49 74 92 73'), 'windows-1252', 0, 'It’s'],
    ['Chinese in GB 18030', encodeWith('gb18030', CHINESE), 'gb18030', 0, CHINESE],
    ['Chinese in GB 18030, known bytes', hex('c4e3 bac3 a3ac cac0 bde7 a1a3'), 'gb18030', 0, '你好，世界。'],
    ['Japanese in Shift JIS', encodeWith('shift_jis', JAPANESE), 'shift_jis', 0, JAPANESE],
    ['Japanese in Shift JIS, known bytes', hex('82b1 82f1 82c9 82bf 82cd 9041'), 'shift_jis', 0, 'こんにちは植'],
    ['nothing', bytes(), 'utf-8', 0, ''],
  ])('%s', (_, document, encoding, bomBytes, text) => {
    expect(detectEncoding(document, 'a.txt')).toEqual({ encoding, bomBytes });
    expect(new TextDecoder(encoding).decode(document)).toBe(text);
  });

  it.each<[DocumentEncoding, Uint8Array]>([
    ['utf-8', Buffer.from(CHINESE.repeat(3))],
    ['gb18030', encodeWith('gb18030', CHINESE.repeat(3))],
    ['shift_jis', encodeWith('shift_jis', JAPANESE.repeat(3))],
    ['utf-16le', utf16le(FRENCH)],
    ['windows-1252', encodeWith('windows-1252', FRENCH)],
  ])('sees %s wherever the sample ends', (encoding, document) => {
    for (let cut = 60; cut < document.length; cut++)
      expect(detectEncoding(document.subarray(0, cut), 'a.txt').encoding).toBe(encoding);
  });

  it.each<[string, Uint8Array]>([
    ['a PDF', Buffer.from('%PDF-1.7\n%text follows')],
    ['a ZIP', bytes(0x50, 0x4b, 3, 4, 20, 0, 6, 0)],
    ['RTF', Buffer.from('{\\rtf1\\ansi Hello}')],
    ['a program', bytes(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0)],
    ['all bytes in turn', Uint8Array.from({ length: 1024 }, (_, i) => i)],
    ['UTF-32', bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
    ['big-endian UTF-32', bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 0x61)],
    ['16-bit samples', Uint8Array.from({ length: 2000 }, (_, i) => (i % 2 === 1 ? 0 : (i * 37) % 256))],
  ])('refuses %s', (_, document) => {
    expect(() => detectEncoding(document, 'a.txt')).toThrow(expect.objectContaining({ code: 'document-unreadable' }));
    expect(() => detectEncoding(document, 'a.txt')).toThrow('a.txt');
  });
});

describe('looksBinary', () => {
  it('lets stray control characters pass, but not many', () => {
    expect(looksBinary(Buffer.from(`${'An old text. '.repeat(10)}\x0c\x1a\x1b[1m`))).toBe(false);
    expect(looksBinary(Buffer.from('a\x01b\x02c\x03'))).toBe(true);
    expect(looksBinary(Buffer.from('zero\0'))).toBe(true);
  });
});
