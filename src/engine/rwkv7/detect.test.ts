import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { randomModel, TINY_CONFIG, type ModelTensor, type ModelTensors } from '../../../test/support/randomModel.ts';
import { watchedSource } from '../../../test/support/sources.ts';
import { writeGguf, writeGgufFile, ggufMetadata, ggufRows } from '../../../test/support/writeGguf.ts';
import { writePth } from '../../../test/support/writePth.ts';
import { writeSafetensors } from '../../../test/support/writeSafetensors.ts';
import { openModel } from '../formats/openModel.ts';
import { detectConfig, expectedTensors } from './detect.ts';
import type { ModelConfig } from './config.ts';

const model = randomModel();
const detect = async (file: Uint8Array<ArrayBuffer>) => detectConfig(await openModel(watchedSource(file)));
const detectTensors = (tensors: ModelTensors) => detect(writePth(tensors));
const zeros = (...shape: number[]): ModelTensor => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const without = (...names: string[]): ModelTensors => new Map([...model].filter(([name]) => !names.includes(name)));
const having = (changes: Readonly<Record<string, ModelTensor>>): ModelTensors =>
  new Map([...model, ...Object.entries(changes)]);

test.each([
  ['.pth', writePth(model)],
  ['.safetensors', writeSafetensors(model)],
  ['.st', writeSafetensors(model, { adapters: 'out-in', format: 'f16' })],
  ['.gguf', writeGguf(model)],
  ['.gguf in Q8_0', writeGguf(model, { format: 'q8_0' })],
] as const)('reads every size from %s', async (_, file) => {
  expect(await detect(file)).toEqual(TINY_CONFIG);
});

test.each<[string, Partial<ModelConfig>]>([
  ['one layer', { layers: 1, ranks: { ...TINY_CONFIG.ranks, value: 0 } }],
  ['eleven layers', { layers: 11 }],
  ['one head', { heads: 1, headSize: 32 }],
  ['no embedding norm', { hasEmbeddingNorm: false }],
])('reads a model of %s', async (_, changes) => {
  const config = { ...TINY_CONFIG, ...changes };
  const written = randomModel({ ...config, ranks: TINY_CONFIG.ranks });
  expect(await detectTensors(written)).toEqual(config);
});

test('the first block may have its value residual, a dummy of it, or none', async () => {
  expect(await detectTensors(without('blocks.0.att.v0', 'blocks.0.att.v1', 'blocks.0.att.v2'))).toEqual(TINY_CONFIG);
  const dummies = { 'blocks.0.att.v0': zeros(1), 'blocks.0.att.v1': zeros(3, 5), 'blocks.0.att.v2': zeros(5, 3) };
  expect(await detectTensors(having(dummies))).toEqual(TINY_CONFIG);
});

test('names every tensor that is missing', async () => {
  const names = [...expectedTensors(TINY_CONFIG)].map(([name]) => name);
  expect(names.length).toBe(model.size - 3);
  for (const name of names)
    await expect(detectTensors(without(name))).rejects.toEqual(
      engineError('model-unreadable', new RegExp(`${name.replaceAll('.', '\\.')} is missing`)),
    );
});

test('names every tensor of a wrong shape', async () => {
  for (const [name] of expectedTensors(TINY_CONFIG)) {
    const shape = model.get(name)?.shape ?? [];
    const wrong = shape.map((n, i) => (n > 1 && i === shape.length - 1 ? n + 2 : n));
    await expect(detectTensors(having({ [name]: zeros(...wrong) }))).rejects.toEqual(
      engineError('model-unreadable', /tensor|head size/),
    );
  }
  await expect(detectTensors(having({ 'blocks.1.ffn.value.weight': zeros(32, 66) }))).rejects.toEqual(
    engineError('model-unreadable', /blocks\.1\.ffn\.value\.weight has the shape \[32, 66\] instead of \[32, 64\]/),
  );
  await expect(detectTensors(having({ 'blocks.1.att.w1': zeros(32, 9) }))).rejects.toEqual(
    engineError('model-unreadable', /blocks\.1\.att\.w1 has the shape \[9, 32\] instead of \[8, 32\]/),
  );
});

test('heads that differ or do not divide the width are refused', async () => {
  await expect(detectTensors(having({ 'blocks.1.att.r_k': zeros(4, 8) }))).rejects.toEqual(
    engineError('model-unreadable', /heads of 8/),
  );
  const gguf = (headSize: number) => detect(writeGgufFile(ggufMetadata(headSize), ggufRows(model, 'f32')));
  for (const headSize of [0, 5, 64])
    await expect(gguf(headSize)).rejects.toEqual(engineError('model-unreadable', /head size/));
  const { 'rwkv7.wkv.head_size': _, ...none } = ggufMetadata(16);
  await expect(detect(writeGgufFile(none, ggufRows(model, 'f32')))).rejects.toEqual(
    engineError('model-unreadable', /size of its heads/),
  );
});

const C = 32;
const block = (tensors: Readonly<Record<string, ModelTensor>>): ModelTensors =>
  new Map([
    ['emb.weight', zeros(10, C)],
    ...Object.entries(tensors).map(([name, tensor]) => [`blocks.0.${name}`, tensor] as const),
  ]);
const vector = zeros(1, 1, C);
const square = zeros(C, C);

test.each<[string, ModelTensors, RegExp]>([
  ['v7b', having({ 'blocks.0.qkv.qq.weight': square, 'blocks.0.ffn.s_emb.weight': square }), /RWKV-7b/],
  ['RWKV-8', having({ 'blocks.0.ffn.enn.weight': square }), /RWKV-8/],
  ['v7a', having({ 'blocks.0.ffn.s_emb.weight': square }), /RWKV-7a/],
  [
    'v6',
    block({ 'att.time_maa_x': vector, 'att.time_decay': vector, 'att.ln_x.weight': vector, 'att.gate.weight': square }),
    /RWKV-6/,
  ],
  [
    'v6 of web-rwkv',
    block({ 'att.time_mix_x': vector, 'att.time_decay': vector, 'att.ln_x.weight': vector }),
    /RWKV-6/,
  ],
  [
    'v5.2',
    block({ 'att.time_decay': zeros(2, 16), 'att.ln_x.weight': vector, 'att.gate.weight': square }),
    /RWKV-5\.2/,
  ],
  ['v5.1', block({ 'att.time_decay': zeros(2), 'att.ln_x.weight': vector, 'att.gate.weight': square }), /RWKV-5\.1/],
  [
    'v5.1 of web-rwkv',
    block({ 'att.time_decay': zeros(2, 1), 'att.ln_x.weight': vector, 'att.gate.weight': square }),
    /RWKV-5\.1/,
  ],
  ['v5.0', block({ 'att.time_decay': zeros(2), 'att.ln_x.weight': vector }), /RWKV-5\.0/],
  ['v4', block({ 'att.time_decay': zeros(C), 'att.time_first': zeros(C) }), /RWKV-4/],
  ['fla', new Map([['model.layers.0.attn.w_lora.lora.0.weight', square]]), /Hugging Face/],
  ['a tuned state', new Map([['blocks.0.att.time_state', zeros(2, 16, 16)]]), /initial state/],
  ['something else', new Map([['conv1.weight', square]]), /no RWKV model/],
  ['nothing', new Map(), /no RWKV model/],
])('refuses %s by name', async (_, tensors, message) => {
  await expect(detectTensors(tensors)).rejects.toEqual(engineError('model-unsupported', message));
});
