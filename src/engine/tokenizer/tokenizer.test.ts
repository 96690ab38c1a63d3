/** The tokenizer against published ids, against a plain search over all tokens, and round trips of any bytes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './tokenizer.ts';
import { parseVocabulary } from './vocabulary.ts';
import type { Tokenizer } from './types.ts';

const world = createTokenizer(
  parseVocabulary(
    readFileSync(new URL('../../../resources/vocabulary/rwkv_vocab_v20230424.txt', import.meta.url)),
    'rwkv_vocab_v20230424.txt',
  ),
);

const singleBytes = (): [number, Uint8Array][] =>
  Array.from({ length: 256 }, (_, byte) => [byte + 1, Uint8Array.of(byte)]);

/** A small vocabulary: the single bytes, then `texts`. */
const small = (...texts: string[]): Map<number, Uint8Array> =>
  new Map([
    ...singleBytes(),
    ...texts.map((text, i): [number, Uint8Array] => [257 + i, new TextEncoder().encode(text)]),
  ]);

/** xorshift32: the same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

describe('the World tokenizer', () => {
  it.each<[text: string, tokens: number[]]>([
    ['User: hi\n\nAssistant:', [24281, 59, 4571, 261, 5585, 41693, 59]],
    ['User: hi\n\nAssistant: <think', [24281, 59, 4571, 261, 5585, 41693, 59, 295, 35762]],
    ['Assistant: <think>\n</think>', [5585, 41693, 59, 295, 35762, 63, 11, 754, 35762, 63]],
    ['Assistant: <think></think', [5585, 41693, 59, 295, 35762, 5439, 35762]],
    ['User: hi (think a bit)\n\nAssistant:', [24281, 59, 4571, 275, 35762, 332, 21365, 42, 261, 5585, 41693, 59]],
    ['System: Be brief.\n\nUser: 2+2?', [40812, 59, 3673, 37909, 47, 261, 24281, 59, 285, 44, 51, 64]],
    ['héllo wörld 😀 你好。\n\n', [7736, 8104, 354, 9357, 2010, 33, 3319, 153, 129, 33, 10464, 11685, 28329, 11]],
    ['```json', [6884, 26060]],
    ['\n', [11]],
    ['\n\n', [261]],
    [' ', [33]],
    ['Q', [82]],
    [' \n\n', [3336]],
    ['。\n', [28329]],
    ['\r\n\r\n', [19244]],
    ['', []],
  ])('encodes %j', (text, tokens) => {
    expect([...world.encode(text)]).toEqual(tokens);
    expect(world.decode(tokens)).toBe(text);
  });

  it('encodes every token to itself', () => {
    const ids = Array.from({ length: world.size - 1 }, (_, i) => i + 1);
    expect(ids.filter((id) => world.encodeBytes(world.bytesOf(id)).join() !== String(id))).toEqual([]);
  });

  it('gives any bytes back', () => {
    const below = numbers(1);
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: below(200) }, () => below(256));
      expect(bytesOf(world, world.encodeBytes(bytes))).toEqual([...bytes]);
    }
  });

  it('turns lone surrogates into U+FFFD and keeps byte-order marks', () => {
    expect(world.decode(world.encode('a\ud800b\udc00'))).toBe('a\ufffdb\ufffd');
    expect(world.decode(world.encode('\ufeffa'))).toBe('\ufeffa');
  });

  it('knows which ids stand for text', () => {
    expect(world.size).toBe(65530);
    for (const id of [0, 65530, 65535, -1, 0.5, NaN]) {
      expect(world.has(id)).toBe(false);
      expect(world.bytesOf(id)).toHaveLength(0);
    }
    expect(world.has(1)).toBe(true);
    expect(world.has(65529)).toBe(true);
    expect(world.decode([0, 24281, 65535, 0])).toBe('User');
  });
});

describe('createTokenizer', () => {
  it('takes the longest token at each place, as a plain search does', () => {
    const below = numbers(2);
    for (let round = 0; round < 20; round++) {
      const letters = (length: number): string => Array.from({ length }, () => 'abc'[below(3)]).join('');
      const texts = new Set(Array.from({ length: 40 }, () => letters(2 + below(6))));
      const vocabulary = small(...texts);
      const tokenizer = createTokenizer(vocabulary);
      const text = letters(400);
      expect([...tokenizer.encode(text)]).toEqual(plainSearch(vocabulary, text));
    }
  });

  it('takes ids with gaps', () => {
    const tokenizer = createTokenizer(new Map([...small(), [5000, new TextEncoder().encode('ab')]]));
    expect(tokenizer.size).toBe(5001);
    expect([...tokenizer.encode('aab')]).toEqual([0x62, 5000]);
    expect(tokenizer.has(4999)).toBe(false);
  });

  it.each<[problem: string, change: (vocabulary: Map<number, Uint8Array>) => void]>([
    ['single byte 65', (vocabulary) => vocabulary.delete(66)],
    ['id 0 is not within', (vocabulary) => vocabulary.set(0, Uint8Array.of(1, 2))],
    ['id 65536 is not within', (vocabulary) => vocabulary.set(65536, Uint8Array.of(1, 2))],
    ['token 300 is empty', (vocabulary) => vocabulary.set(300, Uint8Array.of())],
    ['same bytes twice, as tokens 257 and 400', (vocabulary) => vocabulary.set(400, Uint8Array.of(0x61, 0x62))],
  ])('refuses a vocabulary: %s', (problem, change) => {
    const vocabulary = small('ab');
    change(vocabulary);
    expect(() => createTokenizer(vocabulary)).toThrow(expect.objectContaining({ code: 'vocabulary-unreadable' }));
    expect(() => createTokenizer(vocabulary)).toThrow(problem);
  });
});

function plainSearch(vocabulary: ReadonlyMap<number, Uint8Array>, text: string): number[] {
  const texts = [...vocabulary].map(([id, bytes]) => ({ id, text: Buffer.from(bytes).toString('latin1') }));
  texts.sort((a, b) => b.text.length - a.text.length);
  const tokens: number[] = [];
  for (let at = 0; at < text.length;) {
    const longest = texts.find((token) => text.startsWith(token.text, at));
    if (!longest) throw new Error('every byte has a token');
    tokens.push(longest.id);
    at += longest.text.length;
  }
  return tokens;
}

function bytesOf(tokenizer: Tokenizer, tokens: ArrayLike<number>): number[] {
  return Array.from(tokens).flatMap((token) => [...tokenizer.bytesOf(token)]);
}
