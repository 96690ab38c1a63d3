/** What copies and downloads that were cut off leave in the models folder, beside what can still be continued. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * A copy under way, what is noted of a download while it is being written, and the file that asks whether a folder can be
 * written to. Each has a name that nothing else gives: the folder may be one that others keep their files in.
 */
const OURS = new RegExp(`\\.${UUID}\\.(?:copy|probe)$|\\.part\\.json\\.${UUID}\\.tmp$`, 'u');

/** Removes them. For the start, when nothing is being copied or downloaded. Parts of downloads stay: they are continued. */
export async function sweepLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (OURS.test(name)) await rm(join(folder, name), { force: true }).catch(() => undefined);
}
