/** The methods about models that a window can call: files, what is loaded, the catalogue and its downloads. */
import { join } from 'node:path';
import {
  clearQuantised,
  listQuantised,
  QUANTISED_QUOTA,
  quantisedFolder,
  removeQuantisedOf,
} from '../../engine/hosts/quantisedFiles.ts';
import type { AppApi, AppEvent } from '../api/contract.ts';
import type { ModelEntry } from '../api/models.ts';
import type { EngineFiles } from '../app/engineFiles.ts';
import type { EngineLink } from '../app/engineLink.ts';
import type { Broadcast } from '../broadcast.ts';
import { notFound } from '../errors.ts';
import { CATALOGUE, mirrorsOf } from './catalogue.ts';
import { Downloads } from './downloads.ts';
import { catalogueEntry, modelEntry } from './entries.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { systemSources } from './memory/findMemory.ts';
import { MemoryFinder } from './memory/memoryFinder.ts';
import { ModelFolder, type ListedModel } from './modelFolder.ts';
import type { ModelUse } from './modelUse.ts';

export type ModelMethods = Pick<
  AppApi,
  | 'listModels'
  | 'addModel'
  | 'removeModel'
  | 'loadModel'
  | 'unloadModel'
  | 'listAdapters'
  | 'getQuantisedUse'
  | 'clearQuantised'
  | 'listCatalogue'
  | 'startDownload'
  | 'pauseDownload'
  | 'resumeDownload'
  | 'cancelDownload'
>;

export interface ModelParts {
  readonly engine: EngineLink;
  readonly models: ModelUse;
  readonly settings: SettingsStore;
  readonly events: Broadcast<AppEvent>;
  readonly options: { readonly dataFolder: string; readonly engine: EngineFiles };
}

export interface ModelFilesParts extends ModelParts {
  /** A file of the app's own was damaged and is now kept at this path. */
  onPutAside(path: string): void;
}

export interface ModelFiles {
  readonly folder: ModelFolder;
  readonly downloads: Downloads;
  readonly memory: MemoryFinder;
}

export function modelFiles({ engine, settings, options, events, onPutAside }: ModelFilesParts): ModelFiles {
  const folder = new ModelFolder({
    defaultFolder: join(options.dataFolder, 'models'),
    chosenFolder: () => settings.current.modelsFolder,
    listPath: join(options.dataFolder, 'models.json'),
    onPutAside,
    embeddedModel: options.engine.embeddedModel,
    inspect: (path) => engine.api.inspectModel({ path }),
    pathInUse: () => engine.path ?? null,
  });
  const downloads = new Downloads({ proxy: () => settings.current.proxy });
  downloads.observe((list) => events.send({ type: 'downloads', downloads: [...list] }));
  const changed = (): void => events.send({ type: 'changed', what: 'models' });
  const memory = new MemoryFinder({
    ...{ adapters: () => engine.api.listAdapters({}), chosen: () => settings.current.adapter, onFound: changed },
    sources: systemSources(process.platform, process.env),
  });
  let { adapter } = settings.current;
  settings.observe((current) => {
    // What fits depends on it.
    if (current.adapter !== adapter) changed();
    adapter = current.adapter;
  });
  return { folder, downloads, memory };
}

export function modelMethods(parts: ModelParts, { folder, downloads, memory }: ModelFiles): ModelMethods {
  const { engine, models, settings, options, events } = parts;
  const quantised = quantisedFolder(options.dataFolder);
  const loadedPath = (): string | null => engine.model?.path ?? null;
  const changed = (): Record<string, never> => {
    events.send({ type: 'changed', what: 'models' });
    return {};
  };
  return {
    listModels: async () => {
      const [listing, found] = await Promise.all([folder.list(), memory.current()]);
      const entries = listing.models.map((model) => modelEntry(model, found, loadedPath()));
      return { folder: listing.folder, models: entries, memory: found };
    },
    addModel: async function* ({ path, how, onConflict }) {
      const found = await memory.current();
      const entry = (model: ListedModel): ModelEntry => modelEntry(model, found, loadedPath());
      if (how === 'link') yield { type: 'added', model: entry(await folder.link(path)) };
      else
        for await (const event of folder.copy(path, onConflict))
          yield event.type === 'added' ? { type: 'added', model: entry(event.model) } : event;
      changed();
    },
    removeModel: async ({ id, deleteFile }) => {
      const { path, place } = await folder.find(id);
      await folder.remove(id, { deleteFile });
      if (deleteFile && place === 'folder') await removeQuantisedOf(quantised, path);
      return changed();
    },
    loadModel: async ({ id, precision }) => {
      const { path } = await folder.find(id);
      await models.load(path, precision);
      await settings.change({ modelPath: path === options.engine.embeddedModel ? null : path, precision });
      return changed();
    },
    unloadModel: async () => {
      await models.unload();
      return changed();
    },
    listAdapters: () => engine.api.listAdapters({}),
    getQuantisedUse: async () => {
      const files = await listQuantised(quantised);
      const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const { files: maxFiles, bytes: maxBytes } = QUANTISED_QUOTA;
      return { files: files.length, bytes, maxFiles, maxBytes, failed: engine.quantisedFailed };
    },
    clearQuantised: async () => {
      await clearQuantised(quantised);
      return changed();
    },
    listCatalogue: async () => {
      const [{ models: present }, found] = await Promise.all([folder.list(), memory.current()]);
      const surroundings = { memory: found, mirror: settings.current.mirror, models: present };
      return CATALOGUE.map((model) => catalogueEntry(model, surroundings));
    },
    startDownload: async ({ id }) => {
      const model = CATALOGUE.find((one) => one.id === id);
      if (!model) throw notFound('model');
      downloads.start(model, mirrorsOf(model, settings.current.mirror), folder.folder);
      return {};
    },
    pauseDownload: async ({ id }) => {
      await downloads.pause(id);
      return {};
    },
    resumeDownload: async ({ id }) => {
      downloads.resume(id);
      return {};
    },
    cancelDownload: async ({ id }) => {
      await downloads.cancel(id);
      return {};
    },
  };
}
