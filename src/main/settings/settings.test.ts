import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safeParse } from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settings as schema } from '../api/settings.ts';
import { DEFAULT_SETTINGS, SettingsStore } from './settings.ts';

let folder: string;
let path: string;
let aside: string[];
const open = (): Promise<SettingsStore> => SettingsStore.open(path, (path) => aside.push(path));
beforeEach(async () => {
  aside = [];
  folder = await mkdtemp(join(tmpdir(), 'anser-settings-'));
  path = join(folder, 'data', 'settings.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('the defaults are valid', () => {
  expect(safeParse(schema, DEFAULT_SETTINGS).success).toBe(true);
});

test('changes are kept, told, and leave one file', async () => {
  const store = await open();
  expect(store.current).toEqual(DEFAULT_SETTINGS);
  const told: string[] = [];
  const stop = store.observe(({ theme }) => told.push(theme));
  await Promise.all([store.change({ theme: 'dark' }), store.change({ language: 'zh' })]);
  stop();
  await store.change({ think: 'fast' });
  expect(told).toEqual(['dark', 'dark']);
  const again = await open();
  expect(again.current).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', language: 'zh', think: 'fast' });
  expect(await readdir(join(folder, 'data'))).toEqual(['settings.json']);
});

test('an entry that is not understood costs no other', async () => {
  path = join(folder, 'settings.json');
  await writeFile(path, JSON.stringify({ theme: 'sepia', language: 'zh', later: 1 }));
  expect((await open()).current).toEqual({ ...DEFAULT_SETTINGS, language: 'zh' });
});

test.each(['{"theme":', '[]', 'null', ''])('a damaged file %j is kept aside', async (text) => {
  path = join(folder, 'settings.json');
  await writeFile(path, text);
  expect((await open()).current).toEqual(DEFAULT_SETTINGS);
  expect(aside).toEqual([`${path}.damaged`]);
  expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text);
});

test('what cannot be saved has not changed, and the next change works', async () => {
  // A file stands where the folder would be: root may write to read-only folders.
  const sound = await open();
  await writeFile(join(folder, 'data'), '');
  await expect(sound.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'storage-failed' });
  expect(sound.current.theme).toBe('system');
  await rm(join(folder, 'data'));
  expect((await sound.change({ theme: 'light' })).theme).toBe('light');
});
