/** The vocabulary file: literals as Python writes them, and every way in which a line can be wrong. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../api/errors.ts';
import { parseVocabulary } from './vocabulary.ts';

const parse = (text: string): ReadonlyMap<number, Uint8Array> =>
  parseVocabulary(new TextEncoder().encode(text), 'test.txt');

const parseOne = (literal: string, length: number): number[] => [...(parse(`1 ${literal} ${length}\n`).get(1) ?? [])];

function failure(text: string): EngineError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error(`no error for ${JSON.stringify(text)}`);
}

describe('parseVocabulary', () => {
  it.each<[literal: string, bytes: number[]]>([
    [`'a'`, [0x61]],
    [`"it's"`, [0x69, 0x74, 0x27, 0x73]],
    [`'"'`, [0x22]],
    [`'it\\'s "so"'`, [...Buffer.from(`it's "so"`)]],
    [`'\\n\\r\\t\\\\'`, [10, 13, 9, 0x5c]],
    [`'\\\\n'`, [0x5c, 0x6e]],
    [`'   '`, [32, 32, 32]],
    [`' 1 2 '`, [...Buffer.from(' 1 2 ')]],
    ["'\\xa0'", [0xc2, 0xa0]],
    ["b'\\xa0'", [0xa0]],
    ["b'\\xe4\\xBDA'", [0xe4, 0xbd, 0x41]],
    ["'\\u3000'", [0xe3, 0x80, 0x80]],
    ["'\\U0001f600'", [0xf0, 0x9f, 0x98, 0x80]],
    ["'😀é'", [...Buffer.from('😀é')]],
    [`'\u2028\u0085'`, [...Buffer.from('\u2028\u0085')]],
    [`b"\\n'"`, [10, 0x27]],
  ])('reads %s', (literal, bytes) => {
    expect(parseOne(literal, bytes.length)).toEqual(bytes);
  });

  it('takes line ends of both kinds, a missing last one, and gaps between ids', () => {
    for (const text of ["1 'a' 1\n7 'b' 1\n", "1 'a' 1\r\n7 'b' 1\r\n", "1 'a' 1\n7 'b' 1"])
      expect([...parse(text)]).toEqual([
        [1, Uint8Array.of(0x61)],
        [7, Uint8Array.of(0x62)],
      ]);
  });

  it.each([
    ['', 'it is empty'],
    ["1 'a' 1\nx\n", 'line 2'],
    ["1 'a' 1\n\n2 'b' 1\n", 'line 2'],
    ["1 'a'1\n", 'line 1: expected an id'],
    ["0 'a' 1\n", 'line 1'],
    ["1 'a' 1\n1 'b' 1\n", 'line 2: id 1 is not within 2'],
    ["3 'a' 1\n2 'b' 1\n", 'line 2: id 2'],
    ["65536 'a' 1\n", 'line 1: id 65536'],
    ["1 'é' 1\n", 'line 1: the token has 2 bytes, the line says 1'],
    ["1 '' 1\n", 'line 1: the token is empty'],
    ['1 a 1\n', 'line 1: the token is not in quotes'],
    ["1 'a 1\n", 'not in quotes'],
    ["1 ' 1\n", 'not in quotes'],
    ["1 b' 1\n", 'not in quotes'],
    ['1 \'a" 1\n', 'not in quotes'],
    ["1 'it's' 4\n", 'without a backslash'],
    ["1 '\\q' 1\n", 'the escape \\q is unknown'],
    ["1 '\\xg0' 1\n", 'the escape \\x is unknown'],
    ["1 'a\\' 1\n", 'unknown'],
    ["1 b'\\u3000' 3\n", 'the escape \\u3000 is unknown'],
    ["1 b'é' 2\n", 'printable ASCII'],
    ["1 '\\ud800' 3\n", 'is no character'],
    ["1 '\\U00110000' 4\n", 'is no character'],
  ])('refuses %j', (text, problem) => {
    const error = failure(text);
    expect(error.code).toBe('vocabulary-unreadable');
    expect(error.message).toContain('test.txt');
    expect(error.message).toContain(problem);
    expect(error.nextStep).toBeTypeOf('string');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseVocabulary(Uint8Array.of(0x31, 0x20, 0xff), 'test.txt')).toThrow('not UTF-8');
  });
});

describe('the World vocabulary', () => {
  const file = readFileSync(new URL('../../../resources/vocabulary/rwkv_vocab_v20230424.txt', import.meta.url));
  const vocabulary = parseVocabulary(file, 'rwkv_vocab_v20230424.txt');

  it('is the file that NOTICE.md names', () => {
    const notice = readFileSync(new URL('../../../resources/vocabulary/NOTICE.md', import.meta.url), 'utf8');
    expect(notice).toContain(createHash('sha256').update(file).digest('hex'));
  });

  it('has the ids 1 … 65529, the single bytes first, no token twice', () => {
    expect([...vocabulary.keys()]).toEqual(Array.from({ length: 65529 }, (_, i) => i + 1));
    for (let byte = 0; byte < 256; byte++) expect(vocabulary.get(byte + 1)).toEqual(Uint8Array.of(byte));
    expect(new Set(Array.from(vocabulary.values(), (bytes) => Buffer.from(bytes).toString('latin1'))).size).toBe(65529);
    expect(vocabulary.get(65529)).toEqual(new Uint8Array(128).fill(0x20));
  });
});
