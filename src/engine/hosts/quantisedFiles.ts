/**
 * The folder of kept quantised weights as whoever tidies up sees it: what there is, for which model, and removing it. Works
 * without a device, and beside a process that writes there.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader } from '../rwkv7/quantised/reader.ts';
import { fileSource } from './files.ts';
import { isRunning } from './processes.ts';

export const QUANTISED_EXTENSION = '.anser-weights';
/** `<name>.anser-weights.<pid>-<UUID>.tmp`: the pid tells whether its writer is still at work. */
const TEMPORARY = /\.anser-weights\.(\d+)-[0-9a-f-]+\.tmp$/u;

/** What may lie in the folder at most; of more, what was used longest ago goes. */
export interface QuantisedQuota {
  readonly files: number;
  readonly bytes: number;
}

export const QUANTISED_QUOTA: QuantisedQuota = { files: 3, bytes: 20e9 };

/** Below the data folder. */
export const quantisedFolder = (dataFolder: string): string => join(dataFolder, 'quantised');

export interface QuantisedFile {
  readonly path: string;
  readonly byteLength: number;
  /** When it was last loaded from or written, in milliseconds since 1970. */
  readonly usedMs: number;
}

/** All files, the one used longest ago first. A folder that is not there is empty. */
export async function listQuantised(folder: string): Promise<QuantisedFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files: QuantisedFile[] = [];
  for (const name of names) {
    if (!name.endsWith(QUANTISED_EXTENSION)) continue;
    const path = join(folder, name);
    // Gone since, maybe.
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, byteLength: found.size, usedMs: found.mtimeMs });
  }
  return files.sort((a, b) => a.usedMs - b.usedMs);
}

/** Removes all files; what cannot be removed stays. */
export async function clearQuantised(folder: string): Promise<void> {
  for (const { path } of await listQuantised(folder)) await remove(path);
  await sweepQuantised(folder);
}

/** Removes what was made from the model file at this path, in any precision. */
export async function removeQuantisedOf(folder: string, modelPath: string): Promise<void> {
  for (const { path } of await listQuantised(folder)) if ((await modelPathOf(path)) === modelPath) await remove(path);
}

/** Removes what writers left behind that are no more. */
export async function sweepQuantised(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await remove(join(folder, name));
  }
}

async function modelPathOf(path: string): Promise<string | undefined> {
  const source = await fileSource(path).catch(() => undefined);
  if (!source) return undefined;
  try {
    return (await readHeader(source).catch(() => undefined))?.modelPath;
  } finally {
    await source.close();
  }
}

const remove = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);
