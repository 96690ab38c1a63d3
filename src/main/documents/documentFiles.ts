/** The files of imported documents, one folder each: their text and the map of its pages. */
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../engine/api/errors.ts';

const TEXT = 'text.txt';
const MAP = 'map.json';
/** The most that a window is given of a text at once. */
const MAX_PASSAGE_BYTES = 1024 * 1024;

export class DocumentFiles {
  readonly #root: string;

  /** @param root a folder of ours alone */
  constructor(root: string) {
    this.#root = root;
  }

  folder(id: string): string {
    return join(this.#root, id);
  }

  textPath(id: string): string {
    return join(this.folder(id), TEXT);
  }

  mapPath(id: string): string {
    return join(this.folder(id), MAP);
  }

  /** Makes the folder for all documents. */
  async prepare(): Promise<void> {
    await mkdir(this.#root, { recursive: true });
  }

  async remove(id: string): Promise<void> {
    await rm(this.folder(id), { recursive: true, force: true });
  }

  /** Removes what an interrupted import or purge left. */
  async sweep(isKnown: (id: string) => boolean): Promise<void> {
    await this.prepare();
    for (const name of await readdir(this.#root)) if (!isKnown(name)) await this.remove(name);
  }

  async bytes(id: string): Promise<number> {
    const folder = this.folder(id);
    const names = await readdir(folder).catch(() => []);
    const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** @throws EngineError `document-unreadable`, `invalid-argument` */
  async passage(id: string, startByte: number, endByte: number): Promise<string> {
    if (endByte < startByte || endByte - startByte > MAX_PASSAGE_BYTES)
      throw new EngineError('invalid-argument', 'The passage is too long.', { nextStep: 'Ask for less of it.' });
    try {
      await using file = await open(this.textPath(id), 'r');
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(endByte - startByte),
        position: startByte,
      });
      return buffer.toString('utf8', 0, bytesRead);
    } catch (cause) {
      throw new EngineError('document-unreadable', 'The text of the document cannot be read.', {
        cause,
        nextStep: 'Purge the document and import it again.',
      });
    }
  }
}
