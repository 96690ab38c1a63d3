/** The header of kept quantised weights: what is written is read, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../formats/byteSource.ts';
import { encodeHeader, layOut, matrixByteLength, pieceCount, PREFIX_BYTES, type QuantisedHeader } from './format.ts';
import { readHeader } from './reader.ts';

const { matrices, byteLength } = layOut([
  { name: 'blocks.0.att.key.weight', format: 'int8', rows: 3000, columns: 2048 },
  { name: 'blocks.0.ffn.key.weight', format: 'q4_0', rows: 64, columns: 64 },
  { name: 'blocks.1.ffn.key.weight', format: 'nf4', rows: 7, columns: 256 },
]);
const HEADER: QuantisedHeader = {
  ...{ fingerprint: 'a'.repeat(64), precision: 'int8', device: 'a GPU', modelPath: '/models/模型.gguf' },
  matrices,
};

/** A file with this header, its data zeros. */
async function file(header: object, dataBytes = byteLength): Promise<Uint8Array<ArrayBuffer>> {
  const start = await encodeHeader(header as QuantisedHeader);
  const bytes = new Uint8Array(start.length + dataBytes);
  bytes.set(start);
  return bytes;
}

const parse = (bytes: Uint8Array<ArrayBuffer>) => readHeader(memorySource('kept', bytes));

test('what is written is read, with data at an aligned place', async () => {
  const bytes = await file(HEADER);
  const parsed = await parse(bytes);
  expect(parsed).toMatchObject(HEADER);
  expect((parsed?.dataStart ?? 1) % 4096).toBe(0);
  expect(bytes.length - (parsed?.dataStart ?? 0)).toBe(byteLength);
});

test('matrices lie one behind the other, in pieces of about two megabytes', () => {
  const [first, second, third] = matrices;
  if (!first || !second || !third) throw new Error('three matrices');
  expect(matrixByteLength(first)).toBe(3000 * (2048 + 4 * 16));
  expect(pieceCount(first)).toBe(4);
  expect([first.offset, second.offset]).toEqual([0, matrixByteLength(first)]);
  expect(third.offset + matrixByteLength(third)).toBe(byteLength);
});

describe('no sound file:', () => {
  const [matrix, ...rest] = matrices;
  const withMatrix = (change: object): object => ({ ...HEADER, matrices: [{ ...matrix, ...change }, ...rest] });
  test.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['no fingerprint', { ...HEADER, fingerprint: undefined }],
    ['a precision that is a number', { ...HEADER, precision: 8 }],
    ['no device', { ...HEADER, device: null }],
    ['no path', { ...HEADER, modelPath: undefined }],
    ['no matrices', { ...HEADER, matrices: undefined }],
    ['too few matrices', { ...HEADER, matrices: rest }],
    ['matrices in another order', { ...HEADER, matrices: matrices.toReversed() }],
    ['a matrix without a name', withMatrix({ name: undefined })],
    ['an unknown format', withMatrix({ format: 'int3' })],
    ['a plain format', withMatrix({ format: 'f16' })],
    ['another format', withMatrix({ format: 'q8_0' })],
    ['fewer rows', withMatrix({ rows: 2999 })],
    ['rows below zero', withMatrix({ rows: -3000 })],
    ['half a row', withMatrix({ rows: 0.5 })],
    ['more columns than can be', withMatrix({ columns: 2 ** 53 })],
    ['no columns', withMatrix({ columns: 0 })],
    ['another place', withMatrix({ offset: 4 })],
    ['too few digests', withMatrix({ digests: matrix?.digests.slice(1) })],
    ['a digest that is none', withMatrix({ digests: matrix?.digests.map(() => 'zz') })],
    ['digests that are no list', withMatrix({ digests: 4 })],
  ])('a header with %s', async (_, header) => {
    expect(await parse(await file(header as object))).toBeUndefined();
  });

  test.each([-1, 1, 4096])('%i bytes too many', async (more) => {
    expect(await parse(await file(HEADER, byteLength + more))).toBeUndefined();
  });

  test('any bit of the prefix or the header turned', async () => {
    const bytes = await file(HEADER);
    const end = PREFIX_BYTES + new DataView(bytes.buffer).getUint32(12, true);
    for (let at = 0; at < end; at++) {
      const spoilt = bytes.slice();
      spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (at % 8));
      expect(await parse(spoilt), `byte ${at}`).toBeUndefined();
    }
  });

  test('cut short anywhere', async () => {
    const bytes = await file(HEADER);
    for (const length of [0, 1, 8, 16, PREFIX_BYTES - 1, PREFIX_BYTES, 200, 4096, bytes.length - 1])
      expect(await parse(bytes.slice(0, length)), `${length} bytes`).toBeUndefined();
  });
});
