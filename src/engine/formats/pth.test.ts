import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { isAdapter, randomModel, transposed } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import * as p from '../../../test/support/writePickle.ts';
import { writePth, writePthArchive, type PthOptions } from '../../../test/support/writePth.ts';
import { writeZip } from '../../../test/support/writeZip.ts';
import { openPth } from './pth.ts';
import { readTensorF32 } from './readTensor.ts';

const model = randomModel();
const open = (options: PthOptions) => openPth(watchedSource(writePth(model, options)));

test.each<[string, PthOptions]>([
  ['plain', {}],
  ['zip64', { zip: { zip64: true } }],
  ['tensors sharing one storage', { oneStorage: true }],
  ['a checkpoint with state_dict and parameters', { asCheckpoint: true }],
  ['adapters as transposed views', { adapterViews: true }],
  [
    'all of it, under another name',
    { zip: { zip64: true }, oneStorage: true, asCheckpoint: true, adapterViews: true, stem: 'RWKV x070' },
  ],
])('reads a file: %s', async (_, options) => {
  const weights = await open({ format: 'f32', ...options });
  expect([weights.container, weights.metadata.get('rwkv7.wkv.head_size')]).toEqual(['pth', '16']);
  expect([...weights.tensors.keys()]).toEqual([...model.keys()]);
  for (const [name, tensor] of model) {
    expect(await readTensorF32(weights, name)).toEqual(isAdapter(name) ? transposed(tensor).values : tensor.values);
    expect(weights.tensors.get(name)?.transposed).toBe(isAdapter(name) && options.adapterViews !== true);
  }
});

test.each(['f16', 'bf16'] as const)('reads %s', async (format) => {
  const weights = await open({ format });
  expect(weights.tensors.get('emb.weight')).toMatchObject({ format, byteLength: 2 * 70 * 32, shape: [70, 32] });
  const values = await readTensorF32(weights, 'head.weight');
  const expected = model.get('head.weight')?.values ?? [];
  values.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(2 ** -9));
});

test('reads an archive behind 4 GB', async () => {
  const before = 5 * 2 ** 30;
  const source = watchedSource(writePth(model, { format: 'f32', zip: { zip64: true, base: before } }), { before });
  const weights = await openPth(source);
  expect(await readTensorF32(weights, 'ln_out.weight')).toEqual(model.get('ln_out.weight')?.values);
  expect(source.asked.largest).toBeLessThan(2 ** 17);
});

/** One tensor `name` of a storage of 64 floats. */
const view = (changes: Partial<p.PickledView> = {}) =>
  p.tensorView({
    storage: '0',
    storageType: 'FloatStorage',
    elements: 64,
    offset: 0,
    size: [8, 8],
    stride: [8, 1],
    ...changes,
  });
const openValue = (value: p.Pickled, options: PthOptions = {}) =>
  openPth(watchedSource(writePthArchive(p.pickle(value), new Map([['0', new Uint8Array(256)]]), options)));
const openTensor = (tensor: p.Pickled, name = 'a') => openValue(p.dict([p.text(name), tensor]));

test('respects offset and stride', async () => {
  const { tensors } = await openTensor(view({ offset: 48, size: [4, 4], stride: [4, 1] }));
  expect(tensors.get('a')).toMatchObject({ shape: [4, 4], byteLength: 64 });
  // The stride of a dimension of one element means nothing.
  expect((await openTensor(view({ size: [1, 1, 64], stride: [7, 9, 1] }))).tensors.get('a')?.shape).toEqual([64]);
});

test.each<[string, p.Pickled, RegExp]>([
  ['an offset past the storage', view({ offset: 1 }), /outside its data/],
  ['a size past the storage', view({ size: [9, 8] }), /outside its data/],
  ['a negative offset', view({ offset: -1 }), /malformed/],
  ['a size over every bound', view({ size: [2 ** 52, 2 ** 52, 2 ** 52], stride: [2 ** 52, 2 ** 52, 1] }), /./],
  ['a dimension of zero', view({ size: [0, 8] }), /impossible shape/],
  ['a storage that claims more than it has', view({ elements: 65 }), /256 bytes instead of 260/],
  ['a storage that is not there', view({ storage: '1' }), /lacks the data/],
  ['a storage outside of its folder', view({ storage: '../version' }), /lacks the data/],
  ['strides that do not match the size', view({ stride: [1] }), /malformed/],
  ['nine dimensions', view({ size: Array<number>(9).fill(1), stride: Array<number>(9).fill(1) }), /malformed/],
  ['a number instead of a tensor', p.integer(3), /not a tensor/],
  ['another call instead of a tensor', p.call(p.global('torch', 'FloatStorage'), p.integer(1)), /not a tensor/],
  ['parameters of parameters', p.parameter(p.parameter(view())), /not a tensor/],
])('refuses %s', async (_, tensor, message) => {
  await expect(openTensor(tensor)).rejects.toMatchObject({
    name: 'EngineError',
    message: expect.stringMatching(message) as string,
  });
});

test.each<[string, p.Pickled, string, RegExp]>([
  ['a view with gaps', view({ size: [4, 4], stride: [8, 1] }), 'a', /view with gaps/],
  ['a broadcast view', view({ size: [64, 64], stride: [0, 1] }), 'a', /view with gaps/],
  ['a large matrix column by column', view({ stride: [1, 8] }), 'head.weight', /column by column/],
  ['doubles', view({ storageType: 'DoubleStorage', elements: 32, size: [32], stride: [1] }), 'a', /stored as Double/],
])('does not run %s', async (_, tensor, name, message) => {
  await expect(openTensor(tensor, name)).rejects.toEqual(engineError('model-unsupported', message));
});

test('refuses a name that appears twice', async () => {
  const value = p.dict([p.text('a'), view()], [p.text('a'), view()]);
  await expect(openValue(value)).rejects.toEqual(engineError('model-unreadable', /twice/));
});

test('refuses dictionaries that contain themselves, directly or by a way around', async () => {
  const remember = p.join(p.op('q'), p.opcodes(0));
  const recall = p.join(p.op('h'), p.opcodes(0));
  const direct = p.join(p.op('}'), remember, p.text('state_dict'), recall, p.op('s'));
  const around = p.join(p.op('}'), remember, p.text('a'), p.list(recall), p.op('s'));
  for (const value of [direct, around])
    await expect(openValue(value)).rejects.toEqual(engineError('model-unreadable', /not a tensor/));
});

test('refuses keys that are no names, and lists', async () => {
  await expect(openValue(p.dict([p.integer(1), view()]))).rejects.toEqual(engineError('model-unreadable', /no name/));
  await expect(openValue(p.list(view()))).rejects.toEqual(engineError('model-unsupported', /no dictionary/));
});

test('runs nothing', async () => {
  const value = p.call(p.global('os', 'system'), p.text('echo'));
  await expect(openValue(value)).rejects.toEqual(engineError('model-unsupported', /"os system".*nothing was run/));
});

test('does not run compressed, encrypted or foreign archives, or big-endian files', async () => {
  const zip = (zipOptions: PthOptions['zip']) => open({ ...(zipOptions && { zip: zipOptions }) });
  await expect(zip({ method: 8 })).rejects.toEqual(engineError('model-unsupported', /compressed/));
  await expect(zip({ method: 8, claimedSize: 2 ** 31 })).rejects.toEqual(
    engineError('model-unsupported', /compressed/),
  );
  await expect(zip({ claimedSize: 2 ** 31 })).rejects.toEqual(engineError('model-unreadable', /two sizes/));
  await expect(open({ byteOrder: 'big' })).rejects.toEqual(engineError('model-unsupported', /big-endian/));
  const document = writeZip([['word/document.xml', new Uint8Array(4)]]);
  await expect(openPth(watchedSource(document))).rejects.toEqual(
    engineError('model-unsupported', /not one that torch/),
  );
});

test('refuses an entry that reaches into the directory, though nothing needs it', async () => {
  const file = writePth(model);
  const listed = new TextDecoder('latin1').decode(file).lastIndexOf('PK\x01\x02');
  for (const at of [20, 24]) new DataView(file.buffer).setUint32(listed + at, 100, true);
  await expect(openPth(watchedSource(file))).rejects.toEqual(
    engineError('model-unreadable', /entry model\/version reaches outside/),
  );
});

test('refuses an entry that appears twice', async () => {
  const entry = ['m/data.pkl', p.pickle(p.dict())] as const;
  await expect(openPth(watchedSource(writeZip([entry, entry])))).rejects.toEqual(
    engineError('model-unreadable', /twice/),
  );
});
