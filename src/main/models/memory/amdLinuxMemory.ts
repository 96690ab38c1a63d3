/** What the Linux driver of AMD's cards tells in its files. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemorySource } from './memorySource.ts';

const AMD = '0x1002';

/** Its files have no names of cards: the largest is taken, which is the one that Dawn prefers. */
export const amdLinuxMemory = (folder = '/sys/class/drm'): MemorySource => ({
  bytesOf: async () => {
    const names = await readdir(folder).catch(() => []);
    // Not `card0-HDMI-A-1`, which are their outputs.
    const cards = names.filter((name) => /^card\d+$/u.test(name));
    const found = await Promise.all(cards.map((card) => bytesOfCard(join(folder, card, 'device'))));
    const largest = Math.max(0, ...found);
    return largest === 0 ? undefined : largest;
  },
});

async function bytesOfCard(device: string): Promise<number> {
  const read = (name: string): Promise<string> => readFile(join(device, name), 'utf8').catch(() => '');
  if ((await read('vendor')).trim() !== AMD) return 0;
  const bytes = Number((await read('mem_info_vram_total')).trim());
  return Number.isFinite(bytes) ? bytes : 0;
}
