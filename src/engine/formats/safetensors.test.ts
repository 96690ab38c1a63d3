import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { isAdapter, randomModel, TINY_CONFIG } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { writeSafetensors, writeSafetensorsTable } from '../../../test/support/writeSafetensors.ts';
import { openSafetensors } from './safetensors.ts';

const model = randomModel();
const openTable = (table: unknown, dataBytes = 64) =>
  openSafetensors(watchedSource(writeSafetensorsTable(table, new Uint8Array(dataBytes))));
const tensor = (changes: object = {}) => ({ dtype: 'F32', shape: [2, 8], data_offsets: [0, 64], ...changes });

test.each(['f32', 'f16', 'bf16'] as const)('lists official tensors in %s', async (format) => {
  const { container, tensors, metadata } = await openSafetensors(watchedSource(writeSafetensors(model, { format })));
  expect(container).toBe('safetensors');
  expect([...tensors.keys()]).toEqual([...model.keys()]);
  expect(tensors.get('blocks.1.att.x_r')).toMatchObject({ shape: [32], transposed: false, format });
  expect(tensors.get('blocks.1.att.r_k')?.shape).toEqual([32]);
  expect(tensors.get('blocks.1.ffn.key.weight')?.shape).toEqual([64, 32]);
  expect(metadata.get('format')).toBe('pt');
  expect(metadata.get('rwkv7.wkv.head_size')).toBe('16');
});

test.each([
  ['in-out', true],
  ['out-in', false],
] as const)('adapters stored %s are [out][in], told by shape', async (adapters, expected) => {
  const { tensors } = await openSafetensors(watchedSource(writeSafetensors(model, { adapters })));
  const ranks = { w: 8, a: 4, v: 2, g: 16 };
  for (const [letter, rank] of Object.entries(ranks)) {
    expect(tensors.get(`blocks.1.att.${letter}1`)).toMatchObject({ shape: [rank, 32], transposed: expected });
    expect(tensors.get(`blocks.1.att.${letter}2`)).toMatchObject({ shape: [32, rank], transposed: expected });
  }
  expect([...tensors.values()].filter((info) => !isAdapter(info.name)).some((info) => info.transposed)).toBe(false);
});

test('a square adapter is stored as the others are, and as in official files where all are square', async () => {
  const some = randomModel({ ...TINY_CONFIG, ranks: { ...TINY_CONFIG.ranks, decay: 32 } });
  const every = randomModel({ ...TINY_CONFIG, ranks: { decay: 32, iclr: 32, value: 32, gate: 32 } });
  const transposedOf = async (file: Uint8Array<ArrayBuffer>) =>
    (await openSafetensors(watchedSource(file))).tensors.get('blocks.0.att.w1')?.transposed;
  expect(await transposedOf(writeSafetensors(some, { adapters: 'in-out' }))).toBe(true);
  expect(await transposedOf(writeSafetensors(some, { adapters: 'out-in' }))).toBe(false);
  expect(await transposedOf(writeSafetensors(every))).toBe(true);
});

test('reads the header only, of a file of any size', async () => {
  const half = 2 ** 29;
  const file = writeSafetensorsTable(
    { big: { dtype: 'F16', shape: [half], data_offsets: [0, 2 * half] } },
    new Uint8Array(),
  );
  const source = watchedSource(file, { after: 2 * half });
  const weights = await openSafetensors(source);
  expect(source.asked.total).toBe(file.length);
  expect(await weights.read('big', 2 * half - 16, 16)).toEqual(new Uint8Array(16));
});

test.each([
  [
    'a duplicate name',
    '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}',
    /twice/,
  ],
  ['a duplicate field', '{"a":{"dtype":"F32","shape":[4],"shape":[4],"data_offsets":[0,16]}}', /twice/],
  ['deep nesting', '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), /nested/],
  ['unclosed nesting', '['.repeat(100_000), /nested/],
  ['no JSON', '{"a": nonsense}', /not JSON/],
  ['no table', '[1, 2]', /not a table/],
  ['a size that is not what the shape takes', { a: tensor({ data_offsets: [0, 60] }) }, /60 bytes instead of 64/],
  ['a tensor behind the end', { a: tensor({ data_offsets: [4, 68] }) }, /outside the file/],
  ['ends before begins', { a: tensor({ data_offsets: [64, 0] }) }, /-64 bytes/],
  ['negative offsets', { a: tensor({ data_offsets: [-64, 0] }) }, /not a list of sizes/],
  ['three offsets', { a: tensor({ data_offsets: [0, 64, 64] }) }, /bytes instead of/],
  ['fractional dimensions', { a: tensor({ shape: [1.5, 8] }) }, /not a list of sizes/],
  ['a dimension of zero', { a: tensor({ shape: [0], data_offsets: [0, 0] }) }, /impossible shape/],
  ['dimensions whose product overflows', { a: tensor({ shape: [2 ** 50, 2 ** 50] }) }, /impossible shape/],
  ['no type', { a: tensor({ dtype: 7 }) }, /no type/],
  ['a tensor that is no record', { a: [1] }, /no type/],
  ['overlapping tensors', { a: tensor(), b: tensor({ shape: [1], data_offsets: [60, 64] }) }, /overlap/],
  ['metadata that are no texts', { __metadata__: { a: 1 } }, /not a text/],
  ['an adapter of three dimensions', { 'blocks.0.att.w1': tensor({ shape: [2, 2, 4] }) }, /instead of two/],
] as const)('refuses %s', async (_, table, message) => {
  await expect(openTable(table)).rejects.toEqual(engineError('model-unreadable', message));
});

test.each(['F64', 'F8_E4M3', 'I64', 'constructor', '__proto__'])('does not run type %s', async (dtype) => {
  await expect(openTable({ a: tensor({ dtype }) })).rejects.toEqual(
    engineError('model-unsupported', new RegExp(`stored as ${dtype}`)),
  );
});

test.each([0n, 2n ** 20n, 2n ** 27n, 2n ** 53n + 1n, 2n ** 64n - 1n])(
  'refuses a header length of %s',
  async (length) => {
    const file = writeSafetensors(model);
    new DataView(file.buffer).setBigUint64(0, length, true);
    const source = watchedSource(file, { after: 2 ** 40 });
    await expect(openSafetensors(source)).rejects.toEqual(engineError('model-unreadable', /header/));
    expect(source.asked.largest).toBeLessThanOrEqual(2 ** 26);
  },
);
