import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesInTar, unpackOnce } from './tarArchive.ts';

function tarEntry(path: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const tar = (...entries: Buffer[]): Buffer => Buffer.concat([...entries, Buffer.alloc(1024)]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-tar-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('lists regular files only, over block borders', () => {
  const archive = tar(
    tarEntry('lib/', '', '5'),
    tarEntry('lib/a', 'x'.repeat(512)),
    tarEntry('b', 'y'.repeat(513)),
    tarEntry('empty', ''),
  );
  const files = [...filesInTar(archive)].map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);
  expect(files).toEqual([
    ['lib/a', 'x'.repeat(512)],
    ['b', 'y'.repeat(513)],
    ['empty', ''],
  ]);
});

test('unpacks once, whole, and leaves nothing else behind', async () => {
  const archive = join(folder, 'a.tar.br');
  await writeFile(archive, brotliCompressSync(tar(tarEntry('lib/a', 'first'))));
  const cache = join(folder, 'cache');
  const unpacked = unpackOnce(archive, cache, 'thing');
  expect(await readFile(join(unpacked, 'lib/a'), 'utf8')).toBe('first');
  await writeFile(join(unpacked, 'lib/a'), 'kept');
  expect(unpackOnce(archive, cache, 'thing')).toBe(unpacked);
  expect(await readFile(join(unpacked, 'lib/a'), 'utf8')).toBe('kept');
  expect(await readdir(cache)).toHaveLength(1);
});

test('another archive gets another folder', async () => {
  const paths = ['first', 'second'].map((text) => ({ text, path: join(folder, `${text}.tar.br`) }));
  for (const { text, path } of paths) await writeFile(path, brotliCompressSync(tar(tarEntry('a', text))));
  const [first, second] = paths.map(({ path }) => unpackOnce(path, join(folder, 'cache'), 'thing'));
  expect(first).not.toBe(second);
});

test('refuses a path that leaves the folder, and says when the cache cannot be written', async () => {
  const archive = join(folder, 'a.tar.br');
  await writeFile(archive, brotliCompressSync(tar(tarEntry('../escaped', 'x'))));
  const cache = join(folder, 'cache');
  await mkdir(cache);
  expect(() => unpackOnce(archive, cache, 'thing')).toThrow('cannot be unpacked');
  expect(await readdir(cache)).toEqual([]);
  expect(() => unpackOnce(archive, archive, 'thing')).toThrow(expect.objectContaining({ code: 'storage-failed' }));
});
