import { expect, test } from 'vitest';
import { randomModel, TINY_CONFIG, type ModelTensors } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { writePth } from '../../../test/support/writePth.ts';
import { writeSafetensors, writeSafetensorsTable } from '../../../test/support/writeSafetensors.ts';
import { openModel } from '../formats/openModel.ts';
import { fingerprintModel } from './fingerprint.ts';

const model = randomModel();
const fingerprint = async (file: Uint8Array<ArrayBuffer>, config = TINY_CONFIG, extra = 'f16') =>
  fingerprintModel(await openModel(watchedSource(file)), config, extra);

test('is the same for the same tensors in any container and order', async () => {
  const backwards: ModelTensors = new Map([...model].reverse());
  const expected = await fingerprint(writeSafetensors(model));
  expect(expected).toMatch(/^[0-9a-f]{64}$/);
  expect(await fingerprint(writeSafetensors(backwards, { metadata: {} }))).toBe(expected);
  expect(await fingerprint(writePth(model))).toBe(expected);
  expect(await fingerprint(writePth(backwards, { oneStorage: true, stem: 'another' }))).toBe(expected);
});

test('differs with any number, format, orientation, config and extra', async () => {
  const file = writeSafetensors(model);
  const changed = file.slice();
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const all = await Promise.all([
    fingerprint(file),
    fingerprint(changed),
    fingerprint(writeSafetensors(model, { format: 'f16' })),
    fingerprint(writeSafetensors(model, { adapters: 'out-in' })),
    fingerprint(file, { ...TINY_CONFIG, headSize: 8, heads: 4 }),
    fingerprint(file, { ...TINY_CONFIG, hasEmbeddingNorm: false }),
    fingerprint(file, TINY_CONFIG, 'f32'),
  ]);
  expect(new Set(all).size).toBe(all.length);
});

test('differs with the orientation alone', async () => {
  const weights = await openModel(watchedSource(writeSafetensors(model)));
  const turned = [...weights.tensors].map(([name, info]) => [name, { ...info, transposed: !info.transposed }] as const);
  expect(await fingerprintModel({ ...weights, tensors: new Map(turned) }, TINY_CONFIG, '')).not.toBe(
    await fingerprintModel(weights, TINY_CONFIG, ''),
  );
});

test('reads of a large tensor only slices, the first and last bytes among them', async () => {
  const data = 2 ** 20;
  const table = { big: { dtype: 'F16', shape: [data / 2], data_offsets: [0, data] } };
  const make = (...changed: number[]) => {
    const bytes = new Uint8Array(data);
    for (const at of changed) bytes[at] = 1;
    return writeSafetensorsTable(table, bytes);
  };
  const source = watchedSource(make());
  const weights = await openModel(source);
  const before = source.asked.total;
  const plain = await fingerprintModel(weights, TINY_CONFIG, 'f16');
  expect(source.asked.total - before).toBe(64 * 1024);
  expect(await fingerprint(make(0))).not.toBe(plain);
  expect(await fingerprint(make(data - 1))).not.toBe(plain);
  expect(await fingerprint(make(5000))).toBe(plain);
});
