import { describe, expect, it } from 'vitest';
import { engineError } from '../../../../test/support/engineErrors.ts';
import { pageMapOf, pagesOf, parsePageMap, type PageMap } from './pageMap.ts';

const mapOf = (lengths: readonly number[]): PageMap => {
  let bytes = 0;
  const pages = lengths.map((length) => (bytes += length) - length);
  return pageMapOf({ format: 'pdf', bytes, pages, outline: [] });
};

describe('pages', () => {
  it.each([[[1]], [[5, 1, 1, 7]], [[3, 3, 3]], [Array.from({ length: 100 }, (_, i) => 1 + ((i * 7) % 13))]])(
    'give every byte exactly one page (%j)',
    (lengths) => {
      const map = mapOf(lengths);
      const owners = lengths.flatMap((length, i) => Array.from({ length }, () => i + 1));
      expect(Array.from({ length: map.bytes }, (_, at) => pagesOf({ startByte: at, endByte: at + 1 }, map))).toEqual(
        owners.map((page) => ({ first: page, last: page })),
      );
      for (const [i, startByte] of map.pages.entries()) {
        const endByte = map.pages[i + 1] ?? map.bytes;
        expect(pagesOf({ startByte, endByte }, map)).toEqual({ first: i + 1, last: i + 1 });
      }
      expect(pagesOf({ startByte: 0, endByte: map.bytes }, map)).toEqual({ first: 1, last: lengths.length });
    },
  );

  it('takes empty ranges and such as reach beyond the end', () => {
    const map = mapOf([4, 4]);
    expect(pagesOf({ startByte: 4, endByte: 4 }, map)).toEqual({ first: 2, last: 2 });
    expect(pagesOf({ startByte: 2, endByte: 99 }, map)).toEqual({ first: 1, last: 2 });
    expect(pagesOf({ startByte: 8, endByte: 9 }, map)).toBeUndefined();
    expect(pagesOf({ startByte: 0, endByte: 4 }, mapOf([]))).toBeUndefined();
  });

  it('come back from their file, or not at all', () => {
    const map = { ...mapOf([2, 3]), outline: [{ title: 'One', level: 1, startByte: 2 }] };
    expect(parsePageMap(JSON.stringify(map), 'a.pdf')).toEqual(map);
    const broken = [
      '',
      '{',
      '[]',
      JSON.stringify({ ...map, version: 2 }),
      JSON.stringify({ ...map, pages: [1, 2] }),
      JSON.stringify({ ...map, pages: [0, 0] }),
      JSON.stringify({ ...map, pages: [0, 9] }),
    ];
    for (const text of broken)
      expect(() => parsePageMap(text, 'a.pdf')).toThrow(engineError('document-unreadable', /map of a\.pdf/u));
  });
});
