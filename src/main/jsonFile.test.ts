import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, number, safeParse } from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JsonFile } from './jsonFile.ts';

let folder = '';
let aside: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-json-'));
  aside = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = (path = join(folder, 'numbers.json')): JsonFile<readonly number[]> =>
  new JsonFile<readonly number[]>({
    ...{ path, what: 'The numbers', initial: [] },
    parse: (stored) => {
      const parsed = safeParse(array(number()), stored);
      return parsed.success ? parsed.output : undefined;
    },
    onPutAside: (path) => aside.push(path),
  });

test('is empty at first, and keeps changes that come at once, in their order', async () => {
  const file = open();
  expect(await file.read()).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
  await Promise.all([1, 2, 3].map((number) => file.change((before) => [...before, number])));
  expect(await open().read()).toEqual([1, 2, 3]);
  expect(await readdir(folder)).toEqual(['numbers.json']);
});

test('is not written for nothing', async () => {
  expect(await open().change((before) => [...before])).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('that is damaged is put aside and told, and never over one that was put aside before', async () => {
  for (const text of ['[1,', '["a"]', '']) {
    await writeFile(join(folder, 'numbers.json'), text);
    expect(await open().read()).toEqual([]);
  }
  const names = ['numbers.json.damaged', 'numbers.json.damaged-2', 'numbers.json.damaged-3'];
  expect(aside).toEqual(names.map((name) => join(folder, name)));
  const kept = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  expect(kept).toEqual(['[1,', '["a"]', '']);
});

test('that cannot be written has not changed, and the next change works', async () => {
  await writeFile(join(folder, 'data'), '');
  const file = open(join(folder, 'data', 'numbers.json'));
  await expect(file.change(() => [1])).rejects.toMatchObject({ code: 'storage-failed' });
  expect(await file.read()).toEqual([]);
  await rm(join(folder, 'data'));
  expect(await file.change((before) => [...before, 2])).toEqual([2]);
});

test('that cannot be read is not taken for an empty one, and is read again later', async () => {
  const path = join(folder, 'numbers.json');
  await mkdir(path);
  const file = open();
  await expect(file.read()).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(file.change(() => [1])).rejects.toMatchObject({ code: 'storage-failed' });
  await rm(path, { recursive: true });
  await writeFile(path, '[7]');
  expect(await file.read()).toEqual([7]);
});
