/** Laws of the two streams: pieces cut anywhere give what the whole gives. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StreamEncoder } from './streamEncoder.ts';
import { TokenTextDecoder } from './textDecoder.ts';
import { createTokenizer } from './tokenizer.ts';
import { parseVocabulary } from './vocabulary.ts';

const world = createTokenizer(
  parseVocabulary(
    readFileSync(new URL('../../../resources/vocabulary/rwkv_vocab_v20230424.txt', import.meta.url)),
    'rwkv_vocab_v20230424.txt',
  ),
);

/** Tokens that are long, or that later characters change: spaces, line ends, words, emoji, Chinese. */
const PARTS = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\r\n',
  'the',
  ' Internationalization',
  '====',
  '😀',
  '👩‍🚀',
  '你好',
  '。',
  '\ud800',
  'é',
  '\ufeff',
  '0',
];

function numbers(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((x ^ (x >>> 12)) >>> 0) % below;
  };
}

function randomText(below: (n: number) => number): string {
  return Array.from({ length: below(60) }, () =>
    (PARTS[below(PARTS.length)] ?? '').repeat(1 + (below(8) === 0 ? below(150) : 0)),
  ).join('');
}

/** Cuts anything sliceable into random pieces. */
function cut<T extends { readonly length: number; slice(start: number, end: number): T }>(
  whole: T,
  below: (n: number) => number,
): T[] {
  const pieces: T[] = [];
  for (let start = 0; start < whole.length;) {
    const end = Math.min(whole.length, start + below(below(4) === 0 ? 300 : 6));
    pieces.push(whole.slice(start, end));
    start = end;
  }
  return pieces;
}

describe('StreamEncoder', () => {
  it('gives the tokens of the whole text, however it is cut', () => {
    const below = numbers(11);
    const encoder = new StreamEncoder(world);
    for (let round = 0; round < 150; round++) {
      const text = randomText(below);
      const tokens = cut(text, below).flatMap((piece) => [...encoder.push(piece)]);
      expect([...tokens, ...encoder.flush()]).toEqual([...world.encode(text)]);
    }
  });

  it('gives the tokens of the whole bytes, however they are cut', () => {
    const below = numbers(12);
    const encoder = new StreamEncoder(world);
    for (let round = 0; round < 100; round++) {
      const bytes = Uint8Array.from({ length: below(900) }, () => (below(3) === 0 ? below(256) : 0x20));
      const tokens = cut(bytes, below).flatMap((piece) => [...encoder.pushBytes(piece)]);
      expect([...tokens, ...encoder.flush()]).toEqual([...world.encodeBytes(bytes)]);
    }
  });

  it('holds back less than the longest token', () => {
    const encoder = new StreamEncoder(world);
    let [given, taken] = [0, 0];
    for (let i = 0; i < 500; i++) {
      given += 7;
      for (const token of encoder.push(' a bc  d')) taken += world.bytesOf(token).length;
      given += 1;
      expect(given - taken).toBeLessThan(128);
    }
  });

  it('takes text and bytes in turn', () => {
    const encoder = new StreamEncoder(world);
    const tokens = [...encoder.push('a\ud83d'), ...encoder.pushBytes(Uint8Array.of(0x62)), ...encoder.flush()];
    expect(world.decode(tokens)).toBe('a\ufffdb');
  });
});

describe('TokenTextDecoder', () => {
  it('puts characters together across tokens', () => {
    const decoder = new TokenTextDecoder();
    const pieces = [3319, 153, 129, 33].map((token) => [decoder.push(world.bytesOf(token)), decoder.pendingBytes]);
    expect(pieces).toEqual([
      ['', 2],
      ['', 3],
      ['😀', 0],
      [' ', 0],
    ]);
  });

  it('ends an incomplete character with U+FFFD and begins anew', () => {
    const decoder = new TokenTextDecoder();
    expect(decoder.push(Uint8Array.of(0xe4, 0xbd))).toBe('');
    expect(decoder.flush()).toBe('\ufffd');
    expect(decoder.pendingBytes).toBe(0);
    expect(decoder.push(Uint8Array.of(0xa0))).toBe('\ufffd');
    expect(decoder.flush()).toBe('');
  });

  it('decodes any bytes as the whole does, and knows how many it holds', () => {
    const below = numbers(13);
    const alphabet = [
      0xf0, 0x9f, 0x98, 0x80, 0xe4, 0xbd, 0xa0, 0x41, 0xff, 0xef, 0xbb, 0xbf, 0xc3, 0xed, 0xf4, 0x90, 0xe0, 0xc1,
    ];
    const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: below(14) }, () => alphabet[below(alphabet.length)] ?? 0);
      const decoder = new TokenTextDecoder();
      let [text, given] = ['', 0];
      for (const piece of cut(bytes, below)) {
        text += decoder.push(piece);
        given += piece.length;
        expect(text).toBe(decode(bytes.subarray(0, given - decoder.pendingBytes)));
      }
      const held = decoder.pendingBytes;
      const rest = decoder.flush();
      expect(rest).toBe(held > 0 ? '\ufffd' : '');
      expect(text + rest).toBe(decode(bytes));
    }
  });
});
