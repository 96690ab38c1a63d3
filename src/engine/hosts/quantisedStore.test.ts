/** Kept quantised weights on disk: whole or not there, the oldest use first out, gone with their model. */
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeHeader } from '../rwkv7/quantised/format.ts';
import { clearQuantised, listQuantised, quantisedFolder, removeQuantisedOf, sweepQuantised } from './quantisedFiles.ts';
import { folderQuantisedStore, type QuantisedStoreParts } from './quantisedStore.ts';

let folder = '';
beforeEach(() => {
  folder = quantisedFolder(mkdtempSync(join(tmpdir(), 'anser-quantised-')));
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

const store = (more: Partial<QuantisedStoreParts> = {}) =>
  folderQuantisedStore({ folder, modelPath: '/models/a.gguf', warn: () => undefined, ...more });

const names = (): string[] => readdirSync(folder).sort();

/** Keeps an empty model's weights under the name. */
async function keep(name: string, more: Partial<QuantisedStoreParts> = {}): Promise<void> {
  const kept = store(more);
  const { modelPath } = kept;
  const bytes = await encodeHeader({ fingerprint: name, precision: 'int8', device: 'x', modelPath, matrices: [] });
  const sink = await kept.create(name, bytes.length);
  await sink.write(0, bytes);
  await sink.commit();
}

/** Makes a file look as if it had last been used so many minutes ago. */
function age(name: string, minutes: number): void {
  const then = new Date(Date.now() - 60_000 * minutes);
  utimesSync(join(folder, `${name}.anser-weights`), then, then);
}

test('what is written in pieces is there when it is committed, and not before', async () => {
  const sink = await store().create('one', 6);
  await sink.write(3, Uint8Array.of(4, 5, 6));
  await sink.write(0, Uint8Array.of(1, 2, 3));
  expect(await store().open('one')).toBeUndefined();
  await sink.commit();
  const source = await store().open('one');
  expect(await source?.read(0, 6)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  await source?.close();
  await store().remove('one');
  expect(names()).toEqual([]);
  expect(await store().open('one')).toBeUndefined();
});

test('what is discarded, or was left by a writer that is no more, is gone', async () => {
  const sink = await store().create('one', 6);
  await sink.write(0, Uint8Array.of(1, 2, 3));
  await sink.discard();
  expect(names()).toEqual([]);
  const left = 'two.anser-weights.999999999-0000-00.tmp';
  const working = `two.anser-weights.${process.pid}-0000-00.tmp`;
  for (const name of [left, working, 'two.txt']) writeFileSync(join(folder, name), '');
  await sweepQuantised(folder);
  expect(names()).toEqual([working, 'two.txt']);
});

test('of too many files the one used longest ago goes', async () => {
  for (const [name, minutes] of [
    ['a', 30],
    ['b', 20],
    ['c', 10],
  ] as const) {
    await keep(name);
    age(name, minutes);
  }
  // Opening is using.
  await (await store().open('a'))?.close();
  await keep('d');
  expect(names()).toEqual(['a', 'c', 'd'].map((name) => `${name}.anser-weights`));
});

test('of too many bytes, too, but never the newest', async () => {
  const quota = { files: 9, bytes: 10_000 };
  await keep('a', { quota });
  age('a', 5);
  await keep('b', { quota });
  expect(names()).toHaveLength(2);
  age('b', 3);
  await keep('c', { quota });
  expect(names()).toEqual(['b.anser-weights', 'c.anser-weights']);
  await expect(store({ quota }).create('d', 10_001)).rejects.toMatchObject({ code: 'storage-failed' });
});

test('nothing is begun on a disk that is nearly full', async () => {
  const full = store({ freeBytes: () => Promise.resolve(1.5e9) });
  await expect(full.create('one', 0.6e9)).rejects.toMatchObject({ code: 'storage-failed' });
  await (await full.create('one', 0.4e9)).discard();
  const silent = store({ freeBytes: () => Promise.reject(new Error('unknown')) });
  await (await silent.create('one', 1e9)).discard();
  expect(names()).toEqual([]);
});

test('listed and removed by model, or all of them; other files stay', async () => {
  expect(await listQuantised(folder)).toEqual([]);
  await keep('a1', { modelPath: '/models/a.gguf' });
  await keep('a2', { modelPath: '/models/a.gguf' });
  await keep('b', { modelPath: '/models/b.gguf' });
  writeFileSync(join(folder, 'broken.anser-weights'), 'not ours');
  writeFileSync(join(folder, 'note.txt'), 'mine');
  mkdirSync(join(folder, 'x.anser-weights'));
  age('a2', 5);
  const files = await listQuantised(folder);
  expect(files).toHaveLength(4);
  expect(files[0]).toMatchObject({ path: join(folder, 'a2.anser-weights'), byteLength: 4096 });
  await removeQuantisedOf(folder, '/models/a.gguf');
  expect(names()).toEqual(['b.anser-weights', 'broken.anser-weights', 'note.txt', 'x.anser-weights']);
  await clearQuantised(folder);
  expect(names()).toEqual(['note.txt', 'x.anser-weights']);
});
