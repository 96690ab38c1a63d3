import { expect, test } from 'vitest';
import { isAdapter, randomModel, transposed } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { writeSafetensors, writeSafetensorsTable } from '../../../test/support/writeSafetensors.ts';
import { engineError } from '../../../test/support/engineErrors.ts';
import { openModel } from './openModel.ts';
import { readTensorF32 } from './readTensor.ts';

test('gives numbers in the order of the shape, stored transposed or not', async () => {
  const model = randomModel();
  for (const adapters of ['in-out', 'out-in'] as const) {
    const weights = await openModel(watchedSource(writeSafetensors(model, { format: 'f32', adapters })));
    for (const [name, tensor] of model)
      expect(await readTensorF32(weights, name)).toEqual(isAdapter(name) ? transposed(tensor).values : tensor.values);
  }
});

test('reads a large tensor in pieces', async () => {
  const elements = 5 * 2 ** 20;
  const table = { 'emb.weight': { dtype: 'BF16', shape: [elements / 2, 2], data_offsets: [0, 2 * elements] } };
  const last = Uint8Array.of(0x80, 0x3f);
  const start = writeSafetensorsTable(table, new Uint8Array());
  const bytes = new Uint8Array(start.length + 2 * elements);
  bytes.set(start);
  bytes.set(last, bytes.length - 2);
  const source = watchedSource(bytes);
  const weights = await openModel(source);
  const values = await readTensorF32(weights, 'emb.weight');
  expect([values.length, values[0], values.at(-1)]).toEqual([elements, 0, 1]);
  expect(source.asked.largest).toBeLessThanOrEqual(4 * 2 ** 20);
});

test('refuses an unknown name', async () => {
  const weights = await openModel(watchedSource(writeSafetensors(randomModel())));
  await expect(readTensorF32(weights, 'no.such')).rejects.toEqual(
    engineError('invalid-argument', /no tensor no\.such/),
  );
});

test('a read outside of a tensor is refused though the file goes on', async () => {
  const weights = await openModel(watchedSource(writeSafetensors(randomModel())));
  await expect(weights.read('blocks.0.ln0.weight', 60, 5)).rejects.toEqual(engineError('model-unreadable', /outside/));
  await expect(weights.read('blocks.0.ln0.weight', -1, 1)).rejects.toEqual(engineError('model-unreadable', /outside/));
});
