import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { makeFolder, storing } from './importFolder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'anser-folder-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

it('shows a folder when it is filled, not before', async () => {
  const folder = join(root, 'a', 'b');
  const result = await makeFolder(folder, async (temporary) => {
    expect(existsSync(folder)).toBe(false);
    writeFileSync(join(temporary, 'file'), 'content');
    return Promise.resolve('result');
  });
  expect(result).toBe('result');
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content');
});

it('says that the disk is full, and leaves nothing', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const failing = makeFolder(join(root, 'a'), (temporary) => {
    writeFileSync(join(temporary, 'file'), 'half of the con');
    return storing(join(root, 'a'), () => Promise.reject(full));
  });
  await expect(failing).rejects.toEqual(engineError('storage-failed', /the disk is full/u));
  await expect(failing).rejects.toHaveProperty('nextStep', expect.stringContaining('Free some space'));
  expect(readdirSync(root)).toEqual([]);
});
