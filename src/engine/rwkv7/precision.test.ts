import { describe, expect, test } from 'vitest';
import { createCountingGpu } from '../../../test/support/countingGpu.ts';
import { asWeightSource, randomWeights, REGULAR } from '../../../test/support/randomWeights.ts';
import { readShaderSources } from '../hosts/shaderSources.ts';
import { FileFiller } from './fileFiller.ts';
import { checkPrecision, parsePrecision, precisionOf, precisionText, UNIFORM_PRECISIONS } from './precision.ts';
import { fillWeights } from './fillWeights.ts';

describe('precision', () => {
  test.each(UNIFORM_PRECISIONS)('%s is one for all layers', (name) => {
    expect(parsePrecision(name)).toBe(name);
    expect(precisionText(name)).toBe(name);
    expect(precisionOf(name, 'blocks.3.ffn.key.weight')).toBe(name);
  });

  test.each([
    ['nf4:0-11,int8', 'nf4:0-11,int8'],
    ['nf4:7, int8', 'nf4:7,int8'],
    ['nf4:4-7,f16:0-1,int8', 'f16:0-1,nf4:4-7,int8'],
    ['nf4:0-3', 'nf4:0-3,source'],
    ['nf4:0-3,nf4:4-11,int8', 'nf4:0-11,int8'],
    ['nf4:0-3,nf4:5-11,int8', 'nf4:0-3,nf4:5-11,int8'],
    ['int8:0-3,nf4:4-5,int8', 'nf4:4-5,int8'],
    ['int8:0-3,int8', 'int8'],
    ['source:0-3', 'source'],
  ])('%s means %s', (text, same) => {
    expect(precisionText(parsePrecision(text))).toBe(same);
    expect(parsePrecision(same)).toEqual(parsePrecision(text));
  });

  test.each([
    ...['', 'int3', 'int8,nf4', 'int8,nf4:0-3', 'nf4:3-1,int8', 'nf4:0-3,int8:3-5', 'nf4:0-5,int8:2', 'nf4:,int8'],
    ...['nf4:-1', 'nf4:1-', 'nf4:a-b', 'nf4:0-3,', 'NF4', 'nf4:1.5', 'nf4:9999999'],
  ])('"%s" is refused', (text) => {
    expect(() => parsePrecision(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  test('is told for each tensor, by its layer', () => {
    const precision = parsePrecision('nf4:1-11,f16:13,int8');
    const of = (tensor: string) => precisionOf(precision, tensor);
    expect([0, 1, 11, 12, 13, 14].map((layer) => of(`blocks.${layer}.att.key.weight`))).toEqual([
      ...['int8', 'nf4', 'nf4', 'int8', 'f16', 'int8'],
    ]);
    expect(of('head.weight')).toBe('int8');
  });

  test('must not name layers that a model has not', () => {
    checkPrecision(parsePrecision('nf4:0-11,int8'), 12);
    checkPrecision('nf4', 1);
    expect(() => {
      checkPrecision(parsePrecision('nf4:0-12,int8'), 12);
    }).toThrow('There is no layer 12');
  });
});

test('each layer gets the formats of its precision, the vocabulary those of the rest', async () => {
  const gpu = createCountingGpu();
  const source = asWeightSource(REGULAR, randomWeights(REGULAR, 1), 'f32');
  const filler = new FileFiller(gpu, source, REGULAR, parsePrecision('nf4:0,int8'), { shaders: readShaderSources() });
  const { embedding, head, layers } = await fillWeights(gpu, REGULAR, filler);
  const blocks = layers.map(({ receptance, output, ffnKey, ffnValue }) => [receptance, output, ffnKey, ffnValue]);
  expect(blocks.map((matrices) => matrices.map(({ format }) => format))).toEqual([
    ['nf4', 'nf4', 'nf4', 'nf4'],
    ['int8', 'int8', 'int8', 'int8'],
  ]);
  expect([embedding, head, ...layers.map(({ w1 }) => w1)].map(({ format }) => format)).toEqual(Array(4).fill('f16'));
});
