import { expect, test } from 'vitest';
import { approximateBytes, CATALOGUE, mirrorsOf } from './catalogue.ts';

test.each(CATALOGUE)('$title is described soundly', (model) => {
  const { fileName, sha256, bytes, parameters, parameterCount, gpuBytes } = model;
  expect(fileName).toMatch(/^rwkv7-g1[a-z]-[\d.]+b-\d{8}-ctx\d+\.pth$/);
  expect(fileName).toContain(`-${parameters.toLowerCase()}-`);
  expect(fileName.startsWith(model.id)).toBe(true);
  if (sha256 !== undefined) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  // Two bytes a number and at most 256 for each of a file's 33 tensors a layer.
  if (bytes !== undefined) expect(bytes - 2 * parameterCount).toBeLessThan(256 * 33 * 62);
  if (bytes !== undefined) expect(bytes).toBeGreaterThan(2 * parameterCount);
  expect(approximateBytes(model) / parameterCount).toBeCloseTo(2, 2);
  expect(gpuBytes.source).toBeGreaterThan(2 * parameterCount);
  expect(gpuBytes.source).toBeGreaterThan(gpuBytes.int8);
  expect(gpuBytes.int8).toBeGreaterThan(gpuBytes.nf4);
  expect(gpuBytes.int4).toBeGreaterThan(gpuBytes.nf4);
});

test('no two models share an id, a file or a hash', () => {
  for (const key of ['id', 'fileName', 'title', 'parameters'] as const)
    expect(new Set(CATALOGUE.map((model) => model[key])).size).toBe(CATALOGUE.length);
  const hashes = CATALOGUE.flatMap(({ sha256 }) => sha256 ?? []);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('every mirror is asked by https, the preferred one first', () => {
  const [small] = CATALOGUE;
  const large = CATALOGUE.at(-1);
  if (!small || !large) throw new Error('The catalogue is empty.');
  expect(mirrorsOf(small, 'modelscope').map(({ host }) => host)).toEqual([
    'modelscope.cn',
    'huggingface.co',
    'hf-mirror.com',
  ]);
  expect(mirrorsOf(large, 'huggingface').map(({ url }) => url)).toEqual([
    `https://huggingface.co/BlinkDL/rwkv7-g1/resolve/${large.revision ?? ''}/${large.fileName}`,
    `https://hf-mirror.com/BlinkDL/rwkv7-g1/resolve/${large.revision ?? ''}/${large.fileName}`,
    `https://modelscope.cn/models/Blink_DL/rwkv7-g1/resolve/master/${large.fileName}`,
  ]);
  expect(mirrorsOf(small, 'hf-mirror')[0]?.url).toContain('/resolve/main/');
});
