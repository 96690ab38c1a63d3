import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPageFile } from './pageFiles.ts';

let parent: string;
let folder: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'anser-page-'));
  folder = join(parent, 'page');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<p>page</p>');
  await writeFile(join(folder, 'assets', 'a b.js'), 'code');
  await writeFile(join(folder, 'notes.txt'), 'of no known type');
  await writeFile(join(parent, 'secret.html'), 'outside');
});
afterAll(() => rm(parent, { recursive: true }));

test.each([
  ['app://anser/', '<p>page</p>', 'text/html; charset=utf-8'],
  ['app://anser/index.html?x#y', '<p>page</p>', 'text/html; charset=utf-8'],
  ['app://anser/assets/a%20b.js', 'code', 'text/javascript; charset=utf-8'],
])('%s is served with its type and the security policy', async (url, text, type) => {
  const { status, headers, body } = await readPageFile(folder, url);
  expect(status).toBe(200);
  expect(Buffer.from(body).toString()).toBe(text);
  expect(headers['content-type']).toBe(type);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

test.each([
  'app://anser/missing.html',
  'app://anser/notes.txt',
  'app://anser/..%2fsecret.html',
  'app://anser/%2e%2e/secret.html',
  'app://anser/assets/..%2f..%2fsecret.html',
  'app://anser/%ff.html',
  'app://anser/assets',
])('%s is not found', async (url) => {
  expect((await readPageFile(folder, url)).status).toBe(404);
});
