/** The files that a drop stands for: folders are walked, and what is left out is named with its reason. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../engine/api/errors.ts';

export type FoundFile = { readonly path: string; readonly error?: EngineError };

/** In the order of names; a folder that holds nothing is told of as well. */
export async function filesToImport(paths: readonly string[], signal?: AbortSignal): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    found.push(...(await filesAt(path, signal)));
  }
  return found;
}

async function filesAt(path: string, signal?: AbortSignal): Promise<FoundFile[]> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return await filesInFolder(path, signal);
    return stats.isFile() ? [{ path }] : [rejected(path, 'it is neither a file nor a folder')];
  } catch (cause) {
    signal?.throwIfAborted();
    return [rejected(path, 'it cannot be opened', cause)];
  }
}

async function filesInFolder(folder: string, signal?: AbortSignal): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0) return [rejected(folder, 'the folder is empty')];
  const found: FoundFile[] = [];
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))) {
    signal?.throwIfAborted();
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) found.push(rejected(path, 'it is hidden'));
    else if (entry.isDirectory()) found.push(...(await filesAt(path, signal)));
    else if (entry.isFile()) found.push({ path });
    // A link may lead in a circle, or out of what the user has chosen.
    else found.push(rejected(path, 'it is a link or no file'));
  }
  return found;
}

const rejected = (path: string, reason: string, cause?: unknown): FoundFile => ({
  path,
  error: new EngineError('document-unreadable', `${path} was left out: ${reason}.`, {
    cause,
    nextStep: 'Choose a file with text in it.',
  }),
});
