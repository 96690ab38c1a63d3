/** Which files belong to the list of models beyond those in the folder, kept in `models.json`. */
import { readFile, rename } from 'node:fs/promises';
import { array, type InferOutput, literal, object, safeParse, string } from 'valibot';
import { writeFileAtomic } from '../atomicFile.ts';
import { isAbsent, storageFailure } from './storageFailure.ts';

const listed = object({
  version: literal(1),
  /** Paths of files elsewhere. */
  linked: array(string()),
  /** Paths of files in the folder that the user took off the list without deleting them. */
  hidden: array(string()),
});
type Listed = InferOutput<typeof listed>;

const EMPTY: Listed = { version: 1, linked: [], hidden: [] };

export class ModelListFile {
  readonly #path: string;
  #current: Promise<Listed> | undefined;
  /** Changes are written one after another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<Listed> {
    this.#current ??= load(this.#path);
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  /** A linked path stays linked once. */
  link(path: string): Promise<void> {
    return this.#change(({ linked }) => ({ linked: [...linked.filter((other) => other !== path), path] }));
  }

  unlink(path: string): Promise<void> {
    return this.#change(({ linked }) => ({ linked: linked.filter((other) => other !== path) }));
  }

  hide(path: string): Promise<void> {
    return this.#change(({ hidden }) => ({ hidden: [...hidden.filter((other) => other !== path), path] }));
  }

  show(path: string): Promise<void> {
    return this.#change(({ hidden }) => ({ hidden: hidden.filter((other) => other !== path) }));
  }

  /** @throws AppError `disk-full`, `folder-read-only`, `storage-failed`; then nothing has changed */
  #change(patch: (before: Listed) => Partial<Listed>): Promise<void> {
    const done = this.#writing.then(async () => {
      const before = await this.read();
      const after = { ...before, ...patch(before) };
      const text = `${JSON.stringify(after, null, 2)}\n`;
      if (JSON.stringify(before) === JSON.stringify(after)) return;
      await writeFileAtomic(this.#path, text).catch((error: unknown) => {
        throw storageFailure(error, `The list of models could not be saved to ${this.#path}`);
      });
      this.#current = Promise.resolve(after);
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

/** A file that is no list is kept under another name. */
async function load(path: string): Promise<Listed> {
  try {
    const text = await readFile(path, 'utf8');
    const parsed = safeParse(listed, parseJson(text));
    if (parsed.success) return parsed.output;
    await rename(path, `${path}.damaged`);
    return EMPTY;
  } catch (error) {
    if (isAbsent(error)) return EMPTY;
    throw storageFailure(error, `The list of models could not be read from ${path}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
