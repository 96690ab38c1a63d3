/** The folder store: atomic, tidy, and clear about what the disk refuses. The failing disk is injected. */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../api/errors.ts';
import { folderSnapshotStore, type StoreFs } from './snapshotStore.ts';

let folder = '';
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'snapshots-'));
});
afterEach(() => fs.rm(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (data: Uint8Array | undefined): string | undefined => data && new TextDecoder().decode(data);
const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** The real file system, but `method` of the files it opens for writing fails with `code`. */
const failingFiles = (method: 'writeFile' | 'sync' | 'close', code: string): StoreFs => ({
  ...fs,
  open: async (path, flags) => {
    const file = await fs.open(path, flags);
    if (flags !== 'wx') return file;
    return new Proxy(file, {
      get: (target, name) => {
        if (name === method) return () => target.close().then(() => Promise.reject(systemError(code)));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  },
});

describe('folderSnapshotStore', () => {
  it('puts, gets, lists and deletes', async () => {
    const store = folderSnapshotStore(join(folder, 'made/when/needed'));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.put('a', [bytes('one '), bytes('two')]);
    await store.put('B.2_x-y', [bytes('x')]);
    expect(await store.list()).toEqual(['B.2_x-y', 'a']);
    expect(textOf(await store.get('a'))).toBe('one two');
    expect(textOf(await store.get('a', 5))).toBe('one t');
    expect(textOf(await store.get('a', 500))).toBe('one two');
    await store.put('a', [bytes('new')]);
    expect(textOf(await folderSnapshotStore(join(folder, 'made/when/needed')).get('a'))).toBe('new');
    await store.delete('a');
    await store.delete('a');
    expect(await store.list()).toEqual(['B.2_x-y']);
  });

  it('refuses ids that are not plain names', async () => {
    const store = folderSnapshotStore(folder);
    for (const id of [
      '',
      '.',
      '..',
      '../x',
      'a/b',
      'a\\b',
      '.hidden',
      'a b',
      'ä',
      'a\0',
      'nul',
      'COM1.x',
      'x'.repeat(129),
    ]) {
      for (const call of [() => store.put(id, []), () => store.get(id), () => store.delete(id)])
        await expect(call(), id).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('leaves whole files only when several write at once', async () => {
    const store = folderSnapshotStore(folder);
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(10000));
    await Promise.all(texts.map((text) => store.put('a', [bytes(text.slice(0, 5000)), bytes(text.slice(5000))])));
    expect(texts).toContain(textOf(await store.get('a')));
    expect(await fs.readdir(folder)).toEqual(['a.snapshot']);
  });

  const refusals = [
    ['ENOSPC', /disk is full/],
    ['EDQUOT', /quota/],
    ['EROFS', /read-only/],
    ['EACCES', /access is denied/],
    ['EIO', /EIO/],
  ] as const;
  it.each(refusals)('keeps the old snapshot and nothing else when the disk says %s', async (code, message) => {
    await folderSnapshotStore(folder).put('a', [bytes('old')]);
    const failing: StoreFs[] = [
      failingFiles('writeFile', code),
      failingFiles('sync', code),
      failingFiles('close', code),
      { ...fs, rename: () => Promise.reject(systemError(code)) },
      { ...fs, open: () => Promise.reject(systemError(code)) },
      { ...fs, mkdir: () => Promise.reject(systemError(code)) },
    ];
    for (const disk of failing) {
      const error: unknown = await folderSnapshotStore(folder, disk)
        .put('a', [bytes('new')])
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: 'EngineError',
        code: 'storage-failed',
        nextStep: expect.any(String) as string,
      });
      expect((error as EngineError).message).toMatch(message);
      expect(await fs.readdir(folder)).toEqual(['a.snapshot']);
      expect(textOf(await folderSnapshotStore(folder).get('a'))).toBe('old');
    }
  });

  it('has the bytes and then the name on the disk before it reports success', async () => {
    const order: string[] = [];
    const noting: StoreFs = {
      ...fs,
      open: async (path, flags) => {
        const file = await fs.open(path, flags);
        const sync = file.sync.bind(file);
        file.sync = () => sync().then(() => void order.push(`sync ${path === folder ? 'folder' : 'file'}`));
        return file;
      },
      rename: (from, to) => fs.rename(from, to).then(() => void order.push('rename')),
    };
    await folderSnapshotStore(folder, noting).put('a', [bytes('x')]);
    expect(order).toEqual(['sync file', 'rename', ...(process.platform === 'win32' ? [] : ['sync folder'])]);
  });

  it('tells why it cannot read, list or delete', async () => {
    const refuse = () => Promise.reject(systemError('EACCES'));
    const store = folderSnapshotStore(folder, { ...fs, open: refuse, readdir: refuse, unlink: refuse });
    for (const call of [() => store.get('a'), () => store.list(), () => store.delete('a')])
      await expect(call()).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it('opens again after the folder could not be made', async () => {
    let fails = true;
    const store = folderSnapshotStore(folder, {
      ...fs,
      mkdir: (...args) => (fails ? Promise.reject(systemError('EACCES')) : fs.mkdir(...args)),
    });
    await expect(store.put('a', [])).rejects.toThrow(EngineError);
    fails = false;
    await store.put('a', [bytes('x')]);
    expect(await store.list()).toEqual(['a']);
  });

  it('does not hide our own mistakes as failures of the disk', async () => {
    const broken: StoreFs = { ...fs, readdir: () => Promise.reject(new TypeError('ours')) };
    await expect(folderSnapshotStore(folder, broken).list()).rejects.toThrow(TypeError);
  });

  it('is not disturbed by what a crashed writer with the same process id left', async () => {
    // In a container every run may have the same id, and all begin to count anew.
    for (let i = 0; i < 100; i++) await fs.writeFile(join(folder, `a.snapshot.${process.pid}-${i}.tmp`), 'part');
    const store = folderSnapshotStore(folder);
    await store.put('a', [bytes('whole')]);
    expect(textOf(await store.get('a'))).toBe('whole');
  });

  it('removes what crashed writers left, and nothing of those at work', async () => {
    // The id of a process that has just ended, and so is free.
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const write = (name: string): Promise<void> => fs.writeFile(join(folder, name), 'part');
    const atWork = `a.snapshot.${process.pid}-${randomUUID()}.tmp`;
    const stale = `a.snapshot.${process.pid}-901.tmp`;
    await Promise.all([
      write(`a.snapshot.${dead}-${randomUUID()}.tmp`),
      write(atWork),
      write(stale),
      write('notes.tmp'),
      write('a.snapshot'),
    ]);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await fs.utimes(join(folder, stale), longAgo, longAgo);
    expect(await folderSnapshotStore(folder).list()).toEqual(['a']);
    expect((await fs.readdir(folder)).sort()).toEqual(['a.snapshot', atWork, 'notes.tmp'].sort());
  });
});
