import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { isAdapter, randomModel, transposed } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import {
  ggufMetadata,
  ggufRows,
  writeGguf,
  writeGgufFile,
  type GgufRow,
  type GgufValue,
} from '../../../test/support/writeGguf.ts';
import { openGguf } from './gguf.ts';
import { unescapeToken } from './ggufVocabulary.ts';
import { readTensorF32 } from './readTensor.ts';

const model = randomModel();
const metadata = ggufMetadata(16);
const rows = ggufRows(model, 'f32');
const openRows = (changed: readonly GgufRow[]) => openGguf(watchedSource(writeGgufFile(metadata, changed)));
const openWith = (extra: Readonly<Record<string, GgufValue>>) =>
  openGguf(watchedSource(writeGguf(model, { metadata: extra })));
const row = (changes: Partial<GgufRow> = {}): GgufRow => ({
  name: 'a',
  shape: [8],
  ggmlType: 0,
  bytes: new Uint8Array(32),
  ...changes,
});

test('gives official names, shapes and numbers; fused mixes apart; adapters [out][in] as stored', async () => {
  const weights = await openGguf(watchedSource(writeGguf(model, { format: 'f32' })));
  const expected = [...model.keys()].filter((name) => !/^blocks\.0\.att\.v[012]$/.test(name));
  expect([...weights.tensors.keys()].sort()).toEqual(expected.sort());
  for (const name of expected) {
    const official = model.get(name);
    expect(await readTensorF32(weights, name)).toEqual(
      official && isAdapter(name) ? transposed(official).values : official?.values,
    );
  }
  expect([...weights.tensors.values()].some((info) => info.transposed)).toBe(false);
  expect(weights.tensors.get('blocks.1.att.g1')?.shape).toEqual([16, 32]);
  expect(weights.tensors.get('blocks.1.att.x_a')?.shape).toEqual([32]);
});

test.each([
  ['f16', 2 ** -11],
  ['bf16', 2 ** -8],
  ['q8_0', 2 ** -7],
  ['q4_0', 2 ** -3],
] as const)('reads matrices in %s', async (format, tolerance) => {
  const weights = await openGguf(watchedSource(writeGguf(model, { format })));
  expect(weights.tensors.get('head.weight')).toMatchObject({ format, shape: [70, 32] });
  const values = await readTensorF32(weights, 'head.weight');
  const expected = model.get('head.weight')?.values ?? [];
  values.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(tolerance));
});

test('keeps metadata as text, and the vocabulary without control tokens and padding', async () => {
  const { metadata: texts, vocabulary } = await openWith({ 'general.file_type': { type: 'u16', value: 7 } });
  expect(texts.get('general.name')).toBe('tiny');
  expect(texts.get('general.file_type')).toBe('7');
  expect(texts.get('rwkv7.wkv.head_size')).toBe('16');
  const latin1 = (token: Uint8Array) => String.fromCharCode(...token);
  // prettier-ignore
  expect([...(vocabulary ?? [])].map(([id, token]) => [id, latin1(token)])).toEqual([
    [1, '\0'], [2, '\n'], [3, 'a'], [4, "'"], [5, '\xe4\xbd'],
  ]);
});

test('has no vocabulary where the tokeniser is another', async () => {
  expect((await openWith({ 'tokenizer.ggml.model': { type: 'string', value: 'gpt2' } })).vocabulary).toBeUndefined();
});

test.each([
  ['\\t\\n\\r\\\\', '\t\n\r\\'],
  ['\\\'\\"', '\'"'],
  ['\\x41\\xfF', 'A\xff'],
  ['\\x4', 'x4'],
  ['\\xg1', 'xg1'],
  ['a\\', 'a\\'],
  ['', ''],
])('unescapes %s', (escaped, expected) => {
  expect(String.fromCharCode(...unescapeToken(new TextEncoder().encode(escaped)))).toBe(expected);
});

test.each(['rwkv6', 'rwkv6qwen2', 'arwkv7', 'llama'])('does not run architecture %s', async (value) => {
  await expect(openWith({ 'general.architecture': { type: 'string', value } })).rejects.toEqual(
    engineError('model-unsupported', new RegExp(`architecture is "${value}"`)),
  );
});

test('names the block format that it does not read, but the architecture first', async () => {
  const k = row({ name: 'output.weight', ggmlType: 12, shape: [1, 256], bytes: new Uint8Array(144) });
  await expect(openRows([k])).rejects.toEqual(engineError('model-unsupported', /output\.weight is stored as Q4_K/));
  await expect(openRows([row({ ggmlType: 999 })])).rejects.toEqual(engineError('model-unsupported', /type 999/));
  const llama = writeGgufFile({ 'general.architecture': { type: 'string', value: 'llama' } }, [k]);
  await expect(openGguf(watchedSource(llama))).rejects.toEqual(engineError('model-unsupported', /llama/));
});

test('does not run parts, other versions or big-endian files', async () => {
  await expect(openWith({ 'split.count': { type: 'u16', value: 3 } })).rejects.toEqual(
    engineError('model-unsupported', /one of 3 parts/),
  );
  const ofVersion = (version: number) => openGguf(watchedSource(writeGgufFile(metadata, rows, { version })));
  expect((await ofVersion(2)).tensors.size).toBeGreaterThan(60);
  for (const version of [0, 1, 4])
    await expect(ofVersion(version)).rejects.toEqual(engineError('model-unsupported', /version/));
  await expect(ofVersion(0x03000000)).rejects.toEqual(engineError('model-unsupported', /big-endian/));
});

test('respects the alignment', async () => {
  const aligned = { ...metadata, 'general.alignment': { type: 'u32', value: 128 } } as const;
  const weights = await openGguf(watchedSource(writeGgufFile(aligned, rows, { alignment: 128 })));
  expect(await readTensorF32(weights, 'ln_out.bias')).toEqual(model.get('ln_out.bias')?.values);
  for (const value of [0, 3, 2 ** 20])
    await expect(openWith({ 'general.alignment': { type: 'u32', value } })).rejects.toEqual(
      engineError('model-unreadable', /alignment/),
    );
});

test.each<[string, GgufRow[], RegExp]>([
  ['a name that appears twice', [row(), row()], /twice|overlap/],
  [
    'two names for one tensor',
    [row({ name: 'blk.1.attn_norm.weight' }), row({ name: 'blocks.1.ln1.weight' })],
    /twice/,
  ],
  ['a tensor behind the end', [row({ offset: 64 })], /outside the file/],
  ['an impossible offset', [row({ offset: 2n ** 60n })], /impossible number/],
  ['a crooked offset', [row({ offset: 4 })], /multiple of 32/],
  ['overlapping tensors', [row({ shape: [16], bytes: new Uint8Array(64) }), row({ name: 'b', offset: 32 })], /overlap/],
  ['too many dimensions', [row({ shape: Array<number>(9).fill(1) })], /9 dimensions/],
  ['a dimension of zero', [row({ shape: [0, 4] })], /impossible shape/],
  ['dimensions whose product overflows', [row({ shape: [2 ** 40, 2 ** 40] })], /impossible shape/],
  ['rows that are no whole blocks', [row({ shape: [2, 48], ggmlType: 8 })], /rows of 48/],
  [
    'five fused mixes',
    [row({ name: 'blk.0.time_mix_lerp_fused.weight', shape: [5, 1, 1, 8], bytes: new Uint8Array(160) })],
    /six rows/,
  ],
])('refuses %s', async (_, changed, message) => {
  await expect(openRows(changed)).rejects.toEqual(engineError('model-unreadable', message));
});

test.each([
  ['tensors', { tensors: 2n ** 63n }, /impossible/],
  ['tensors', { tensors: 100_000_000 }, /claims/],
  ['tensors', { tensors: 1000 }, /./],
  ['keys', { keys: 2n ** 60n }, /impossible/],
  ['keys', { keys: 1_000_000 }, /claims/],
] as const)('refuses a false count of %s', async (_, claimed, message) => {
  const source = watchedSource(writeGgufFile(metadata, rows, { claimed }));
  await expect(openGguf(source)).rejects.toEqual(engineError('model-unreadable', message));
});

test('refuses a key that appears twice, and types that are not defined', async () => {
  const file = writeGgufFile(
    { 'general.alignmenu': { type: 'u32', value: 32 }, 'general.alignment': { type: 'u32', value: 32 } },
    rows,
  );
  const at = String.fromCharCode(...file.subarray(0, 64)).indexOf('alignmenu');
  file[at + 8] = 't'.charCodeAt(0);
  await expect(openGguf(watchedSource(file))).rejects.toEqual(engineError('model-unreadable', /twice/));
  file[at + 8] = 'u'.charCodeAt(0);
  file[at + 9] = 99;
  await expect(openGguf(watchedSource(file))).rejects.toEqual(engineError('model-unreadable', /unknown type 99/));
});

test('refuses types for another number of tokens', async () => {
  const types = { 'tokenizer.ggml.token_type': { type: 'i32s', value: [1] } } as const;
  await expect(openWith(types)).rejects.toEqual(engineError('model-unreadable', /types for 1/));
});

test('bounds what it reads one by one, however large the file', async () => {
  const huge = { after: 2 ** 40 };
  const refused = (file: Uint8Array<ArrayBuffer>, message: RegExp) =>
    expect(openGguf(watchedSource(file, huge))).rejects.toEqual(engineError('model-unreadable', message));
  await refused(writeGgufFile(metadata, rows, { claimed: { tensors: 100_000 } }), /claims 100000 tensors/);
  await refused(writeGgufFile(metadata, rows, { claimed: { keys: 100_000 } }), /claims 100000 metadata keys/);
  await refused(writeGgufFile(metadata, [row({ name: 'a'.repeat(2000) })]), /claims 2000 bytes/);
  // Signature, version and counts, the key of one byte, two types; then the number of texts.
  const texts = writeGgufFile({ x: { type: 'strings', value: [] } }, []);
  new DataView(texts.buffer).setBigUint64(24 + 9 + 8, 2n ** 21n, true);
  await refused(texts, /x claims 2097152 texts/);
});

test('reads the header only, of a file of any size, and never more than a header may take', async () => {
  const columns = 2 ** 14;
  const big = row({ name: 'output.weight', shape: [2 ** 15, columns], ggmlType: 1, bytes: new Uint8Array() });
  const source = watchedSource(writeGgufFile(metadata, [big]), { after: 2 ** 30 });
  await openGguf(source);
  expect(source.asked.total).toBeLessThanOrEqual(2 ** 18);
  const endless = writeGgufFile({}, [], { claimed: { keys: 65536, tensors: 0 } });
  const zeros = watchedSource(endless, { after: 2 ** 40 });
  await expect(openGguf(zeros)).rejects.toEqual(engineError('model-unreadable', /./));
  expect(zeros.asked.total).toBeLessThanOrEqual(2 ** 27);
});
