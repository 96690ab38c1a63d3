/** The fake's part for models, the catalogue and downloads that go on by themselves. */
import { basename } from 'node:path';
import { RemoteError } from '../../src/engine/api/rpc/remoteError.ts';
import type { ModelMethods } from '../../src/main/models/modelMethods.ts';
import type { CatalogueEntry, Download, ModelEntry } from '../../src/main/api/models.ts';
import type { World } from './world.ts';

type ModelPart = Omit<ModelMethods, 'loadModel'>;

export function modelPart(world: World): ModelPart {
  const { library } = world;
  const downloads = new Downloads(world);
  const pathInUse = (): string => (world.engine.type === 'loaded' ? world.engine.model.path : '');
  return {
    listModels: async () => {
      const path = pathInUse();
      const models = [...library.models.values()].map((model) => ({ ...model, loaded: model.path === path }));
      return { folder: '/home/user/.anser/models', models, memory: library.memory };
    },
    addModel: async function* ({ path, how, onConflict }) {
      if (!/\.(gguf|safetensors|pth)$/u.test(path))
        throw new RemoteError({ code: 'model-unreadable', message: `${path} is no model file.` });
      const taken = [...library.models.values()].find((model) => model.fileName === basename(path));
      if (how === 'copy' && taken && onConflict === undefined)
        throw new RemoteError({ code: 'file-exists', message: `${taken.path} is there already.` });
      if (taken?.path === pathInUse() && onConflict === 'replace')
        throw new RemoteError({ code: 'model-in-use', message: `${taken.path} is loaded.` });
      for (let part = 1; part <= 4; part++) {
        await new Promise((resolve) => setTimeout(resolve, 2 * world.options.pieceMs));
        yield { type: 'progress', bytes: part * 0.75e9, totalBytes: 3e9 };
      }
      if (taken && onConflict === 'replace') library.models.delete(taken.id);
      const fileName = onConflict === 'keepBoth' ? basename(path).replace(/\.\w+$/u, ' (2)$&') : basename(path);
      const model = sampleModel(world, { path, fileName, place: how === 'link' ? 'linked' : 'folder' });
      library.models.set(model.id, model);
      world.emit({ type: 'changed', what: 'models' });
      yield { type: 'added', model };
    },
    removeModel: async ({ id }) => {
      library.models.delete(id);
      world.emit({ type: 'changed', what: 'models' });
      return {};
    },
    unloadModel: async () => {
      world.setEngine({ type: 'empty' });
      return {};
    },
    listAdapters: async () => [
      { name: 'NVIDIA GeForce RTX 4070 (Vulkan)', software: false },
      { name: 'SwiftShader', software: true },
    ],
    getQuantisedUse: async () => ({ ...library.quantised, maxFiles: 3, maxBytes: 20e9, failed: false }),
    clearQuantised: async () => {
      library.quantised = { files: 0, bytes: 0 };
      world.emit({ type: 'changed', what: 'models' });
      return {};
    },
    listCatalogue: async () => library.catalogue,
    startDownload: async ({ id }) => downloads.start(id),
    pauseDownload: async ({ id }) => downloads.change(id, { stage: 'paused', bytesPerSecond: 0, secondsLeft: null }),
    resumeDownload: async ({ id }) => downloads.resume(id),
    cancelDownload: async ({ id }) => downloads.remove(id),
  };
}

const RATE = 12.5e6;

class Downloads {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  start(id: string): Record<string, never> {
    const entry = this.#world.library.catalogue.find((candidate) => candidate.id === id);
    this.change(id, sampleDownload({ id, fileName: entry?.fileName ?? id, totalBytes: entry?.bytes ?? null }));
    return this.resume(id);
  }

  resume(id: string): Record<string, never> {
    this.change(id, { stage: 'downloading', error: null });
    void this.#run(id);
    return {};
  }

  remove(id: string): Record<string, never> {
    this.#world.library.downloads.delete(id);
    this.#tell();
    return {};
  }

  change(id: string, patch: Partial<Download>): Record<string, never> {
    const { downloads } = this.#world.library;
    downloads.set(id, { ...sampleDownload({ id }), ...downloads.get(id), ...patch });
    this.#tell();
    return {};
  }

  async #run(id: string): Promise<void> {
    const { downloads } = this.#world.library;
    for (let step = 1; step <= 60; step++) {
      await new Promise((resolve) => setTimeout(resolve, 4 * this.#world.options.pieceMs));
      const now = downloads.get(id);
      if (now?.stage !== 'downloading') return;
      const total = now.totalBytes ?? 1e9;
      const bytes = Math.min(total, now.bytes + total / 60);
      this.change(id, { bytes, bytesPerSecond: RATE, secondsLeft: (total - bytes) / RATE });
      if (bytes === total) break;
    }
    this.change(id, { stage: 'verifying', bytesPerSecond: 0, secondsLeft: null });
    await new Promise((resolve) => setTimeout(resolve, 20 * this.#world.options.pieceMs));
    const known = this.#world.library.catalogue.find((entry) => entry.id === id)?.hashKnown;
    this.change(id, { stage: 'ready', verifiedBy: known === true ? 'publisher' : 'server' });
  }

  #tell(): void {
    this.#world.emit({ type: 'downloads', downloads: [...this.#world.library.downloads.values()] });
  }
}

export const sampleDownload = (patch: Partial<Download>): Download => ({
  ...{ id: 'x', fileName: 'model.safetensors', stage: 'waiting', bytes: 0, totalBytes: 3e9, bytesPerSecond: 0 },
  ...{ secondsLeft: null, host: 'huggingface.co', error: null, verifiedBy: null },
  ...patch,
});

const FITS: ModelEntry['fits'] = [
  { precision: 'source', fit: 'fits', advisedGibibytes: 4 },
  { precision: 'int8', fit: 'fits', advisedGibibytes: 4 },
  { precision: 'int4', fit: 'fits', advisedGibibytes: 2 },
];

export const sampleModel = (world: World, patch: Partial<ModelEntry>): ModelEntry => ({
  ...{ id: world.newId('model'), path: '/models/rwkv7-g1-1.5b.safetensors', fileName: 'rwkv7-g1-1.5b.safetensors' },
  ...{ place: 'folder', missing: false, bytes: 3.06e9, fits: FITS, error: null, loaded: false },
  facts: {
    ...{ name: 'RWKV-7 G1 1.5B', container: 'safetensors', parameters: 1_527_000_000, layers: 24, width: 2048 },
    ...{ weightBytes: 3.05e9, stateBytes: 12_900_000, formats: [{ format: 'f16', tensors: 892 }] },
    memory: FITS.map(({ precision }, place) => ({ precision, bytes: 3.4e9 / 2 ** place })),
  },
  ...patch,
});

export const sampleCatalogueEntry = (patch: Partial<CatalogueEntry>): CatalogueEntry => ({
  ...{
    id: 'g1-1.5b',
    title: 'RWKV-7 G1 1.5B',
    parameters: '1.5B',
    fileName: 'rwkv7-g1-1.5b.safetensors',
    bytes: 3.06e9,
  },
  ...{ hashKnown: true, licence: 'Apache-2.0', fits: FITS, recommended: false, present: false },
  hosts: ['huggingface.co', 'hf-mirror.com'],
  ...patch,
});
