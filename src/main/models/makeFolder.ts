/** Makes a folder with all above it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../storageFailure.ts';

/**
 * As `mkdir` with `recursive`, which never returns where a system denies that a folder is there and does not make it either
 * (Node 24 below `/proc`).
 * @throws the system's error
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    const parent = dirname(folder);
    const parentIsThere = parent === folder || (await stat(parent).catch(() => undefined)) !== undefined;
    if (systemCode(error) !== 'ENOENT' || parentIsThere) throw error;
    await makeFolder(parent);
    await makeFolder(folder);
  }
}
