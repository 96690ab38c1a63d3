/** Whether a folder can hold models, found out before gigabytes are on their way to it. */
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './makeFolder.ts';
import { storageFailure } from '../storageFailure.ts';

/**
 * Makes the folder if need be, and makes sure that files can be put into it.
 * @throws AppError `disk-full`, `folder-read-only`, `storage-failed`
 */
export async function prepareFolder(folder: string): Promise<void> {
  const probe = join(folder, `.${randomUUID()}.probe`);
  try {
    await makeFolder(folder);
    await using file = await open(probe, 'wx');
    await file.writeFile('anser');
  } catch (error) {
    throw storageFailure(error, `Models cannot be kept in ${folder}`);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
