import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileSource } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('reads ranges of a file', async () => {
  const path = join(folder, 'ten');
  writeFileSync(
    path,
    Uint8Array.from({ length: 10 }, (_, i) => i),
  );
  const source = await fileSource(path);
  expect(source).toMatchObject({ name: 'ten', size: 10 });
  expect(await source.read(3, 4)).toEqual(Uint8Array.of(3, 4, 5, 6));
  expect(await source.read(10, 0)).toEqual(new Uint8Array(0));
  const into = new Uint8Array(6);
  const read = await source.read(3, 4, into);
  expect([read, read.buffer]).toEqual([Uint8Array.of(3, 4, 5, 6), into.buffer]);
  await source.close();
});

it('says what is wrong with a path', async () => {
  await expect(fileSource(join(folder, 'none'))).rejects.toMatchObject({
    code: 'model-unreadable',
    message: expect.stringContaining('there is no such file') as string,
  });
  await expect(fileSource(folder, 'document-unreadable')).rejects.toMatchObject({ code: 'document-unreadable' });
});

it.skipIf(process.platform === 'win32')('refuses a pipe at once instead of waiting for its other end', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  await expect(fileSource(path)).rejects.toMatchObject({ code: 'model-unreadable', message: `${path} is not a file.` });
});

it('refuses ranges that are not there, also after the file became shorter', async () => {
  const path = join(folder, 'shrinking');
  writeFileSync(path, new Uint8Array(100));
  const source = await fileSource(path, 'document-unreadable');
  await expect(source.read(90, 11)).rejects.toMatchObject({ code: 'document-unreadable' });
  truncateSync(path, 50);
  await expect(source.read(40, 20)).rejects.toMatchObject({
    message: expect.stringContaining('ends at byte 50') as string,
  });
  await source.close();
});
