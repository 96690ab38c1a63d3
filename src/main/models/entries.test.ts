import { expect, test } from 'vitest';
import { parse } from 'valibot';
import * as schemas from '../api/models.ts';
import { CATALOGUE } from './catalogue.ts';
import { catalogueEntry, modelEntry } from './entries.ts';
import type { ListedModel } from './modelFolder.ts';

const GIB = 2 ** 30;
const CARD = { of: 'gpu', bytes: 8 * GIB } as const;
const listed: ListedModel = {
  ...{ id: 'x', path: '/models/a.gguf', fileName: 'a.gguf', place: 'folder', missing: false, bytes: 3, error: null },
  facts: {
    ...{
      name: 'A',
      container: 'gguf',
      parameters: 1,
      layers: 1,
      width: 64,
      weightBytes: 1,
      stateBytes: 1,
      formats: [],
    },
    memory: [
      { precision: 'source', bytes: 9 * GIB },
      { precision: 'int8', bytes: 7.5 * GIB },
      { precision: 'nf4', bytes: 4 * GIB },
    ],
  },
};

test('the catalogue fits the contract, recommends one model and knows what is present', () => {
  const [first] = CATALOGUE;
  if (!first) throw new Error('The catalogue is empty.');
  const models = [{ ...listed, fileName: first.fileName }];
  const around = { memory: CARD, mirror: 'modelscope', models } as const;
  const entries = CATALOGUE.map((model) => parse(schemas.catalogueEntry, catalogueEntry(model, around)));
  expect(entries.filter(({ recommended }) => recommended).map(({ parameters }) => parameters)).toEqual(['7.2B']);
  expect(entries.map(({ present }) => present)).toEqual([true, ...Array<boolean>(5).fill(false)]);
  expect(entries.map(({ hashKnown }) => hashKnown)).toEqual([true, true, true, false, false, true]);
  expect(entries[0]).toMatchObject({ bytes: 382_223_725, hosts: ['modelscope.cn', 'huggingface.co', 'hf-mirror.com'] });
  expect(entries[3]?.fits.map(({ fit }) => fit)).toEqual(['fits', 'fits', 'fits', 'fits', 'fits']);
  expect(entries[4]?.fits.map(({ fit }) => fit)).toEqual(['too-big', 'too-big', 'too-big', 'fits', 'fits']);
});

test('of a file that is present the engine’s own figures count', () => {
  const [first] = CATALOGUE;
  if (!first) throw new Error('The catalogue is empty.');
  const around = { memory: CARD, mirror: 'modelscope', models: [{ ...listed, fileName: first.fileName }] } as const;
  // The file that lies there is a large one in truth; of `f16` it says nothing.
  expect(catalogueEntry(first, around).fits).toMatchObject([
    { precision: 'source', fit: 'too-big' },
    { precision: 'f16', fit: 'fits' },
    { precision: 'int8', fit: 'tight' },
    ...[{ precision: 'nf4', fit: 'fits' }, { fit: 'fits' }],
  ]);
});

test('a model of the user’s fits the contract and the GPU', () => {
  const entry = parse(schemas.modelEntry, modelEntry(listed, CARD, '/models/a.gguf'));
  expect(entry.fits.map(({ fit }) => fit)).toEqual(['too-big', 'tight', 'fits']);
  expect(entry.loaded).toBe(true);
  const unknown = modelEntry(listed, null, null);
  expect(unknown).toMatchObject({ loaded: false, fits: Array(3).fill({ fit: 'unknown' }) });
  expect(unknown.fits.map(({ advisedGibibytes }) => advisedGibibytes)).toEqual([12, 10, 6]);
  expect(modelEntry({ ...listed, facts: null }, CARD, null).fits).toEqual([]);
});
