/**
 * The models that the user has: the files of one folder, files elsewhere that are linked, and the one that ships with the
 * app. Files elsewhere are never changed.
 */
import { createHash } from 'node:crypto';
import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { Fault } from '../../engine/api/rpc/wire.ts';
import type { ModelFacts } from '../../engine/api/schemas.ts';
import type { ModelEntry, OnConflict } from '../api/models.ts';
import { AppError, notFound } from '../errors.ts';
import { copyIntoFolder, type CopyOptions, type CopyProgress } from './copyFile.ts';
import { FactsCache, type Inspect } from './factsCache.ts';
import { sweepLeftovers } from './leftovers.ts';
import { ModelListFile } from './modelListFile.ts';
import { prepareFolder } from './prepareFolder.ts';
import { freeBytes, type FreeBytes } from './space.ts';
import { storageFailure, systemCode } from '../storageFailure.ts';

/** An entry without what the GPU and the engine have to say. */
export type ListedModel = Omit<ModelEntry, 'fits' | 'loaded'>;

export interface ModelListing {
  readonly folder: string;
  readonly models: readonly ListedModel[];
  /** Why the folder cannot be read; a folder that is not there yet is only empty. */
  readonly folderError: Fault | null;
}

export type CopyEvent = ({ readonly type: 'progress' } & CopyProgress) | { readonly type: 'added'; model: ListedModel };

export interface ModelFolderParts {
  readonly defaultFolder: string;
  /** Null: the default. */
  chosenFolder(): string | null;
  /** Of `models.json`. */
  readonly listPath: string;
  /** The list was damaged and is now kept at this path. */
  onPutAside(path: string): void;
  /** The path of the model that ships with the app. */
  readonly embeddedModel: string | null;
  readonly inspect: Inspect;
  /** The path of the model that is loaded or being loaded; null while none is. */
  pathInUse(): string | null;
  readonly freeBytes?: FreeBytes;
}

const EXTENSIONS = new Set(['.st', '.safetensors', '.pth', '.gguf']);

export class ModelFolder {
  readonly #parts: ModelFolderParts;
  readonly #list: ModelListFile;
  readonly #facts: FactsCache;

  constructor(parts: ModelFolderParts) {
    this.#parts = parts;
    this.#list = new ModelListFile(parts.listPath, parts.onPutAside);
    this.#facts = new FactsCache(parts.inspect);
  }

  get folder(): string {
    return resolve(this.#parts.chosenFolder() ?? this.#parts.defaultFolder);
  }

  /** Removes what copies and downloads that were cut off left; for the start, when none is under way. */
  async sweep(): Promise<void> {
    await sweepLeftovers(this.folder);
  }

  /** The embedded model first, then the folder's by name, then the linked ones in the order they were added. */
  async list(): Promise<ModelListing> {
    const { folder } = this;
    const { embeddedModel } = this.#parts;
    const { linked, hidden } = await this.#list.read();
    const { paths, error } = await modelsIn(folder);
    const models: ListedModel[] = embeddedModel === null ? [] : [await this.#entry(embeddedModel, 'embedded')];
    for (const path of paths) if (!hidden.includes(path)) models.push(await this.#entry(path, 'folder'));
    for (const path of linked) if (!paths.includes(path)) models.push(await this.#entry(path, 'linked'));
    return { folder, models, folderError: error };
  }

  /** @throws AppError `not-found` */
  async find(id: string): Promise<ListedModel> {
    const { models } = await this.list();
    const model = models.find((one) => one.id === id);
    if (!model) throw notFound('model');
    return model;
  }

  /**
   * Adds a file where it is.
   * @throws EngineError `model-unreadable`, `model-unsupported`; AppError `not-found`, `disk-full`, `folder-read-only`,
   *   `storage-failed`
   */
  async link(path: string): Promise<ListedModel> {
    const source = resolve(path);
    await this.#check(source);
    return (await this.#present(source)) ?? (await this.#linkElsewhere(source));
  }

  /**
   * Adds a copy in the folder. Leaving the loop before its end leaves nothing.
   * @throws as `link`, and AppError `file-exists` when the name is taken and `onConflict` does not say what to do,
   *   `model-in-use` when the file that would be replaced is loaded
   */
  async *copy(path: string, onConflict?: OnConflict): AsyncGenerator<CopyEvent, void> {
    const source = resolve(path);
    const { container } = await this.#check(source);
    const present = await this.#present(source);
    if (present) {
      yield { type: 'added', model: present };
      return;
    }
    await prepareFolder(this.folder);
    const options: CopyOptions = {
      ...{ onConflict, freeBytes: this.#parts.freeBytes ?? freeBytes },
      requireReplaceable: (target) => this.#requireUnused(target),
    };
    // The engine tells a model by its first bytes; the folder's list goes by names.
    const name = isModelFile(source) ? basename(source) : `${basename(source)}.${container}`;
    const copying = copyIntoFolder(source, this.folder, name, options);
    try {
      let step = await copying.next();
      for (; step.done !== true; step = await copying.next()) yield { type: 'progress', ...step.value };
      await this.#list.show(step.value);
      yield { type: 'added', model: await this.#entry(step.value, 'folder') };
    } finally {
      await copying.return('');
    }
  }

  /**
   * Takes a model off the list. Its file is deleted only if `deleteFile` and it lies in the models folder.
   * @throws AppError `not-found`, `not-removable`, `disk-full`, `folder-read-only`, `storage-failed`
   */
  async remove(id: string, { deleteFile }: { readonly deleteFile: boolean }): Promise<void> {
    const { place, path } = await this.find(id);
    if (place === 'embedded')
      throw new AppError('not-removable', 'This model is a part of Anser.', {
        nextStep: 'Load another model instead.',
      });
    if (place === 'linked') await this.#list.unlink(path);
    else if (deleteFile) await this.#delete(path);
    else await this.#list.hide(path);
  }

  async #delete(path: string): Promise<void> {
    await rm(path, { force: true }).catch((error: unknown) => {
      throw storageFailure(error, `${path} could not be deleted`);
    });
    await this.#list.show(path);
  }

  /** The engine may read it again at any time, after a crash for example. */
  async #requireUnused(path: string): Promise<void> {
    const inUse = this.#parts.pathInUse();
    if (inUse === null || (await realPathOf(inUse)) !== (await realPathOf(path))) return;
    throw new AppError('model-in-use', `${path} is loaded and cannot be replaced.`, {
      nextStep: 'Unload that model first, or keep both files.',
    });
  }

  async #check(path: string): Promise<ModelFacts> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile())
      throw new AppError('not-found', `There is no file ${path}.`, { nextStep: 'Choose the file of a model.' });
    return await this.#parts.inspect(path);
  }

  /** The entry of a file that is in the folder or ships with the app, however it was named. */
  async #present(source: string): Promise<ListedModel | undefined> {
    const { embeddedModel } = this.#parts;
    const real = await realpath(source);
    if (embeddedModel !== null && real === (await realPathOf(embeddedModel)))
      return await this.#entry(embeddedModel, 'embedded');
    const path = join(this.folder, basename(real));
    const isInFolder = dirname(real) === (await realPathOf(this.folder)) && isModelFile(real);
    if (!isInFolder) return undefined;
    await this.#list.show(path);
    return await this.#entry(path, 'folder');
  }

  async #linkElsewhere(source: string): Promise<ListedModel> {
    await this.#list.link(source);
    return await this.#entry(source, 'linked');
  }

  async #entry(path: string, place: ListedModel['place']): Promise<ListedModel> {
    const base = { id: idOf(path), path, fileName: basename(path), place };
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return { ...base, missing: true, bytes: 0, facts: null, error: null };
    return { ...base, missing: false, bytes: found.size, ...(await this.#facts.get(path, found.size, found.mtimeMs)) };
  }
}

/** A folder that is not there yet is empty. */
async function modelsIn(folder: string): Promise<{ readonly paths: readonly string[]; readonly error: Fault | null }> {
  try {
    const names = await readdir(folder);
    const paths = names
      .filter(isModelFile)
      .sort()
      .map((name) => join(folder, name));
    return { paths, error: null };
  } catch (error) {
    const absent = systemCode(error) === 'ENOENT';
    return { paths: [], error: absent ? null : faultOf(storageFailure(error, `${folder} cannot be read`)) };
  }
}

const isModelFile = (name: string): boolean => EXTENSIONS.has(extname(name).toLowerCase());

const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => path);

/** The same for a path in every run of the app. */
const idOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);
