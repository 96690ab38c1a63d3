/** Text hygiene: each rule, and that the cuts of the stream do not matter. */
import { describe, expect, it } from 'vitest';
import { cleanText, MAY_COMPOSE, TextCleaner, type CleanOptions } from './clean.ts';

const KEEP: CleanOptions = { collapseBlankLines: false };
const COLLAPSE: CleanOptions = { collapseBlankLines: true };
const PLAIN: CleanOptions = { collapseBlankLines: false, plainPunctuation: true };

/** Everything that some rule looks at, and some plain text between. */
const PARTS = [
  ...[
    'a',
    'B',
    ' ',
    '  ',
    '\t',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\f',
    '\u0085',
    '\u2028',
    '\u00a0',
    '\u3000',
    '\u00ad',
    '\u200b',
    '\ufeff',
  ],
  ...[
    '\0',
    '\x1b',
    '\u200d',
    '\u200c',
    'e\u0301',
    '\u0301',
    '\u0323',
    '\u212b',
    '가',
    '\u1100',
    '\u1161',
    '\u11a8',
    '你',
    '😀',
  ],
  ...['\ud83d', '\ude00', '-', '--', '---', '“', '”', '’', '…', '‐', '\u0958', '\u{16d67}', '\u2000', '<\u0338'],
];

function numbers(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return (x >>> 8) % below;
  };
}

function inPieces(text: string, options: CleanOptions, below: (n: number) => number): string {
  const cleaner = new TextCleaner(options);
  let cleaned = '';
  for (let start = 0; start < text.length;) {
    const end = start + below(5);
    cleaned += cleaner.push(text.slice(start, end));
    start = end;
  }
  return cleaned + cleaner.flush();
}

describe('cleanText', () => {
  it.each<[what: string, options: CleanOptions, text: string, cleaned: string]>([
    ['line ends', KEEP, 'a\r\nb\rc\nd\u2028e\u2029f\u0085g\fh\vi', 'a\nb\nc\nd\ne\nf\ng\nh\ni'],
    ['tabs and odd spaces', KEEP, 'a\tb\u00a0c\u2009d\u202fe', 'a b c d e'],
    ['the ideographic space', KEEP, 'a\u3000b\u3000\n\u3000\n\n\u3000c', 'a\u3000b\n\n\u3000c'],
    ['invisible characters', KEEP, '\ufeffa\u00adb\u200bc\u2060d\u200ee\0f\x07g\x7fh\u009fi', 'abcdefghi'],
    ['joiners', KEEP, 'می\u200cخواهم 👩\u200d🚀', 'می\u200cخواهم 👩\u200d🚀'],
    ['spaces at line ends', KEEP, 'a  \n b \t\n', 'a\n b'],
    ['white space around the text', KEEP, '\n  \n  a  \n\n', 'a'],
    ['blank lines, one left', KEEP, 'a\n\n\n \n\tb\n\nc\nd', 'a\n\n b\n\nc\nd'],
    ['blank lines, none left', COLLAPSE, 'a\n\n\n \n\tb\n\nc\nd', 'a\n b\nc\nd'],
    ['NFC', KEEP, 'e\u0301 \u1112\u1161\u11ab a\u0323\u0307', 'é 한 ạ\u0307'],
    ['a mark behind something dropped', KEEP, 'e\u00ad\u0301', 'é'],
    ['lone surrogates', KEEP, 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
    ['punctuation, left as it is', KEEP, '“It’s”--he…', '“It’s”--he…'],
    ['plain punctuation', PLAIN, '“It’s” ‘so’ „here‟… non‑stop ―', `"It's" 'so' "here"... non-stop —`],
    ['typed dashes', PLAIN, 'said--and "no!"-- a -- b', 'said—and "no!"— a -- b'],
    ['other hyphens', PLAIN, 'run --fast\n--\nwell-known\n---\na---b', 'run --fast\n--\nwell-known\n---\na---b'],
    ['nothing', KEEP, '', ''],
    ['only white space', KEEP, ' \r\n\t ', ''],
  ])('%s', (_, options, text, cleaned) => {
    expect(cleanText(text, options)).toBe(cleaned);
  });

  it.each<[string, CleanOptions]>([
    ['keeping blank lines', KEEP],
    ['collapsing blank lines', COLLAPSE],
    ['with plain punctuation', PLAIN],
  ])('gives the same however the text is cut, is stable, and leaves nothing unwanted: %s', (_, options) => {
    const below = numbers(31);
    for (let round = 0; round < 600; round++) {
      const text = Array.from({ length: below(40) }, () => PARTS[below(PARTS.length)]).join('');
      const cleaned = cleanText(text, options);
      expect(inPieces(text, options, below)).toBe(cleaned);
      expect(cleanText(cleaned, options)).toBe(cleaned);
      expect(cleaned).toBe(cleaned.normalize('NFC'));
      expect(cleaned).toBe(cleaned.trim());
      // eslint-disable-next-line no-control-regex -- control characters are what must not be left
      expect(cleaned).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\xa0\xad\u200b\ufeff\u2028]| \n|\n\n\n/u);
      if (options.collapseBlankLines) expect(cleaned).not.toContain('\n\n');
    }
  });

  it('takes time in proportion to long runs of white space and hyphens', () => {
    const run = 2_000_000;
    expect(cleanText(`a${' '.repeat(run)}b`, KEEP)).toHaveLength(run + 2);
    expect(cleanText(`a${'\n '.repeat(run)}b`, KEEP)).toBe('a\n\n b');
    expect(cleanText(`a${'-'.repeat(run)}b`, PLAIN)).toHaveLength(run + 2);
  });
});

describe('TextCleaner', () => {
  it('delivers all but the last character at once', () => {
    expect(new TextCleaner(KEEP).push('Hello world')).toBe('Hello worl');
  });

  it('begins anew after flush', () => {
    const cleaner = new TextCleaner(PLAIN);
    expect(cleaner.push('a\n\n-') + cleaner.flush()).toBe('a\n\n-');
    expect(cleaner.push('\n-- b') + cleaner.flush()).toBe('-- b');
  });
});

describe('MAY_COMPOSE', () => {
  it('names every character that can combine with the one before it', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const character = String.fromCodePoint(codePoint);
      const parts = [...character.normalize('NFD')];
      // A singleton's replacement could combine backwards, and so can the second part of whatever NFC composes.
      if (parts.length > 1 && character.normalize('NFC') === character) expect(parts.at(-1)).toMatch(MAY_COMPOSE);
      else if (parts.length > 1 && MAY_COMPOSE.test(parts[0] ?? '')) expect(character).toMatch(MAY_COMPOSE);
    }
  });
});
