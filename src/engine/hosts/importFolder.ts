/** The folder of an import while it is filled: beside its place, under a name that says whose work it is. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import { systemReason } from './files.ts';
import { isRunning } from './processes.ts';

/** `<folder>.<pid>-<UUID>.tmp` */
const TEMPORARY = /\.(\d+)-[0-9a-f-]{36}\.tmp$/u;

/**
 * Has `fill` fill a folder that is then moved to `folder`; when it throws, nothing is left. What crashed imports left
 * beside it goes, too.
 * @throws EngineError `storage-failed`, `invalid-argument` when `folder` exists; whatever `fill` throws
 */
export async function makeFolder<T>(folder: string, fill: (temporary: string) => Promise<T>): Promise<T> {
  await requireNew(folder);
  await removeLeftovers(dirname(folder));
  const temporary = `${folder}.${process.pid}-${randomUUID()}.tmp`;
  try {
    await storing(folder, () => mkdir(temporary, { recursive: true }));
    const result = await fill(temporary);
    await requireNew(folder);
    await storing(folder, () => rename(temporary, folder));
    return result;
  } catch (error) {
    // The first failure is the one to tell.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** What the system refuses here is about the place that we write to, never about the user's file. */
export async function storing<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('storage-failed', `The document cannot be kept in ${folder}: ${systemReason(cause)}.`, {
      cause,
      nextStep: 'Free some space on that disk, check that you may write there, and try again.',
    });
  }
}

/** Renaming would replace an empty folder on some systems. */
async function requireNew(folder: string): Promise<void> {
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new EngineError('invalid-argument', `${folder} exists already.`, { nextStep: 'Choose a new folder.' });
}

/** What cannot be removed is no reason not to import. */
async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const pid = TEMPORARY.exec(basename(name))?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
