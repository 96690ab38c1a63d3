/** Files that come from a browser, which knows no paths: each is put into a folder of its own until it was imported. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export class Uploads {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what earlier runs left. */
  async sweep(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Writes the request's body as a file called `name` and returns its path. What is cut off leaves nothing. */
  async take(request: IncomingMessage, name: string): Promise<string> {
    const folder = join(this.#folder, randomUUID());
    await mkdir(folder, { recursive: true });
    const path = join(folder, safeName(name));
    try {
      await pipeline(request, createWriteStream(path, { flags: 'wx' }));
      return path;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** No folders, no control characters, none of what Windows forbids; never empty. */
function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is to go
  const plain = basename(name.replaceAll('\\', '/')).replace(/[\u0000-\u001f<>:"|?*]/gu, '_');
  return plain === '' || /^\.+$/u.test(plain) ? 'file' : plain.slice(-200);
}
