/** The folder in which the engine keeps snapshots, as seen from outside: sizes and places, never contents. */
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const EXTENSION = '.snapshot';

export class SnapshotFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(id: string): string {
    return join(this.#folder, id + EXTENSION);
  }

  /** Undefined when there is none. */
  async bytesOf(id: string): Promise<number | undefined> {
    return (await stat(this.path(id)).catch(() => undefined))?.size;
  }

  /** Bytes of every snapshot, by id. */
  async sizes(): Promise<Map<string, number>> {
    await mkdir(this.#folder, { recursive: true });
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(EXTENSION));
    const ids = names.map((name) => name.slice(0, -EXTENSION.length));
    return new Map(await Promise.all(ids.map(async (id) => [id, (await this.bytesOf(id)) ?? 0] as const)));
  }

  async usedBytes(): Promise<number> {
    return [...(await this.sizes()).values()].reduce((sum, size) => sum + size, 0);
  }

  /** Bytes that a user may still write on its disk. */
  async freeDiskBytes(): Promise<number> {
    await mkdir(this.#folder, { recursive: true });
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }
}
