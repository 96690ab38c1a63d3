import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { requireSpace } from './models/space.ts';
import { storageFailure } from './storageFailure.ts';

const system = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'folder-read-only'],
  ['EACCES', 'folder-read-only'],
  ['EPERM', 'folder-read-only'],
  ['EIO', 'storage-failed'],
])('%s is %s', (code, expected) => {
  const cause = system(code);
  const error = storageFailure(cause, 'model.pth could not be written');
  expect(error).toMatchObject({ code: expected, cause });
  expect((error as AppError).message).toContain('model.pth could not be written');
  expect((error as AppError).nextStep).toBeTruthy();
});

test('mistakes of ours and errors that have a code of ours stay what they are', () => {
  const bug = new TypeError('undefined is no function');
  expect(storageFailure(bug, 'x')).toBe(bug);
  const known = new AppError('file-exists', 'x');
  expect(storageFailure(known, 'x')).toBe(known);
});

test('space is asked of the disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'space-'));
  await requireSpace(folder, 1);
  await expect(requireSpace(folder, 1e18)).rejects.toMatchObject({ code: 'disk-full' });
  await rm(folder, { recursive: true });
  // A folder that is not there cannot be asked; writing will tell.
  await requireSpace(folder, 1e18);
});
