/** Which files belong to the list of models beyond those in the folder, kept in `models.json`. */
import { array, type InferOutput, literal, object, safeParse, string } from 'valibot';
import { JsonFile } from '../jsonFile.ts';

const listed = object({
  version: literal(1),
  /** Paths of files elsewhere. */
  linked: array(string()),
  /** Paths of files in the folder that the user took off the list without deleting them. */
  hidden: array(string()),
});
type Listed = InferOutput<typeof listed>;

export class ModelListFile {
  readonly #file: JsonFile<Listed>;

  constructor(path: string, onPutAside: (path: string) => void) {
    this.#file = new JsonFile<Listed>({
      ...{ path, what: 'The list of models', initial: { version: 1, linked: [], hidden: [] }, onPutAside },
      parse: (stored) => {
        const parsed = safeParse(listed, stored);
        return parsed.success ? parsed.output : undefined;
      },
    });
  }

  /** @throws AppError `folder-read-only`, `storage-failed`; so do all methods, and `disk-full` */
  read(): Promise<Listed> {
    return this.#file.read();
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

  async #change(patch: (before: Listed) => Partial<Listed>): Promise<void> {
    await this.#file.change((before) => ({ ...before, ...patch(before) }));
  }
}
