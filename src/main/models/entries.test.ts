import { expect, test } from 'vitest';
import { parse } from 'valibot';
import * as schemas from '../api/models.ts';
import { CATALOGUE } from './catalogue.ts';
import { catalogueEntry, modelEntry } from './entries.ts';
import type { ListedModel } from './modelFolder.ts';

const GIB = 2 ** 30;
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
  const around = { gpuMemoryBytes: 8 * GIB, mirror: 'modelscope', models } as const;
  const entries = CATALOGUE.map((model) => parse(schemas.catalogueEntry, catalogueEntry(model, around)));
  expect(entries.filter(({ recommended }) => recommended).map(({ parameters }) => parameters)).toEqual(['7.2B']);
  expect(entries.map(({ present }) => present)).toEqual([true, ...Array<boolean>(5).fill(false)]);
  expect(entries.map(({ hashKnown }) => hashKnown)).toEqual([true, true, true, false, false, true]);
  expect(entries[0]).toMatchObject({ bytes: 382_223_725, hosts: ['modelscope.cn', 'huggingface.co', 'hf-mirror.com'] });
  expect(entries[3]?.fits.map(({ fit }) => fit)).toEqual(['fits', 'fits', 'fits', 'fits', 'fits']);
  expect(entries[4]?.fits.map(({ fit }) => fit)).toEqual(['too-big', 'too-big', 'too-big', 'fits', 'fits']);
});

test('a model of the user’s fits the contract and the GPU', () => {
  const entry = parse(schemas.modelEntry, modelEntry(listed, 8 * GIB, '/models/a.gguf'));
  expect(entry.fits.map(({ fit }) => fit)).toEqual(['too-big', 'tight', 'fits']);
  expect(entry.loaded).toBe(true);
  expect(modelEntry(listed, null, null)).toMatchObject({ loaded: false, fits: Array(3).fill({ fit: 'unknown' }) });
  expect(modelEntry({ ...listed, facts: null }, 8 * GIB, null).fits).toEqual([]);
});
