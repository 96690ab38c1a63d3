/** A small file of the app's own that holds one value as JSON: checked when read, written whole or not at all. */
import { access, readFile, rename } from 'node:fs/promises';
import { writeFileAtomic } from './atomicFile.ts';
import { isAbsent, storageFailure } from './storageFailure.ts';

export interface JsonFileOptions<T> {
  readonly path: string;
  /** What it holds, for messages: "The settings". */
  readonly what: string;
  /** Where there is no file yet, and in place of one that is damaged. */
  readonly initial: T;
  /** Undefined for what cannot be understood. */
  parse(stored: unknown): T | undefined;
  /** A file that is no JSON or was not understood is now kept at `path`. */
  onPutAside(path: string): void;
}

export class JsonFile<T> {
  readonly #options: JsonFileOptions<T>;
  #current: Promise<T> | undefined;
  /** Changes are written one after another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: JsonFileOptions<T>) {
    this.#options = options;
  }

  /** Reads the file once; after a failure again. @throws AppError `folder-read-only`, `storage-failed` */
  async read(): Promise<T> {
    this.#current ??= load(this.#options);
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  /** @throws AppError `disk-full`, `folder-read-only`, `storage-failed`; then nothing has changed */
  change(next: (before: T) => T): Promise<T> {
    const done = this.#writing.then(async () => {
      const before = await this.read();
      const after = next(before);
      if (JSON.stringify(before) === JSON.stringify(after)) return after;
      const { path, what } = this.#options;
      await writeFileAtomic(path, `${JSON.stringify(after, null, 2)}\n`).catch((error: unknown) => {
        throw storageFailure(error, `${what} could not be saved to ${path}`);
      });
      this.#current = Promise.resolve(after);
      return after;
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

async function load<T>({ path, what, initial, parse, onPutAside }: JsonFileOptions<T>): Promise<T> {
  try {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (text === undefined) return initial;
    const stored = jsonIn(text);
    const value = stored === undefined ? undefined : parse(stored);
    if (value !== undefined) return value;
    onPutAside(await putAside(path));
    return initial;
  } catch (error) {
    throw storageFailure(error, `${what} could not be read from ${path}`);
  }
}

/** Keeps the file under the first name that is free. */
async function putAside(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const aside = number === 1 ? `${path}.damaged` : `${path}.damaged-${number}`;
    const taken = await access(aside).then(
      () => true,
      () => false,
    );
    if (taken) continue;
    await rename(path, aside);
    return aside;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
