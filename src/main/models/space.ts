/** Whether there is room on a disk before gigabytes are written to it. */
import { statfs } from 'node:fs/promises';
import { diskFull } from '../storageFailure.ts';

/** Left free, so that neither the system nor the app's own small files get into trouble. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** Bytes on the disk of `folder` that this user may still write. */
export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * @throws AppError `disk-full` when `folder` has no room for `bytes`. A disk that does not tell passes: it will say so
 *   itself.
 */
export async function requireSpace(folder: string, bytes: number, free: FreeBytes = freeBytes): Promise<void> {
  const available = await free(folder).catch(() => Infinity);
  if (bytes + RESERVE_BYTES <= available) return;
  throw diskFull(`${gigabytes(bytes)} are needed in ${folder}, and ${gigabytes(available)} are free.`);
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
