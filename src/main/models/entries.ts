/** The catalogue and the user's models as the window sees them: with how they fit the GPU. Pure. */
import { PRECISION_NAMES } from '../../engine/api/schemas.ts';
import type { CatalogueEntry, ModelEntry } from '../api/models.ts';
import { approximateBytes, mirrorsOf, type CatalogueModel, type MirrorName } from './catalogue.ts';
import { fitOf, recommend } from './fit.ts';
import type { ListedModel } from './modelFolder.ts';

export interface Surroundings {
  /** Null: unknown. */
  readonly gpuMemoryBytes: number | null;
  readonly mirror: MirrorName;
  /** The user's models. */
  readonly models: readonly ListedModel[];
}

export function catalogueEntry(
  model: CatalogueModel,
  { gpuMemoryBytes, mirror, models }: Surroundings,
): CatalogueEntry {
  const { id, title, parameters, fileName, licence, gpuBytes, sha256 } = model;
  return {
    ...{ id, title, parameters, fileName, licence },
    bytes: approximateBytes(model),
    hashKnown: sha256 !== undefined,
    fits: PRECISION_NAMES.map((precision) => ({ precision, fit: fitOf(gpuBytes[precision], gpuMemoryBytes) })),
    recommended: recommend(gpuMemoryBytes)?.model.id === id,
    present: models.some((one) => one.fileName === fileName && one.place === 'folder' && !one.missing),
    hosts: mirrorsOf(model, mirror).map(({ host }) => host),
  };
}

/** @param loadedPath of the model that is loaded */
export function modelEntry(model: ListedModel, gpuMemoryBytes: number | null, loadedPath: string | null): ModelEntry {
  const memory = model.facts?.memory ?? [];
  return {
    ...model,
    fits: memory.map(({ precision, bytes }) => ({ precision, fit: fitOf(bytes, gpuMemoryBytes) })),
    loaded: model.path === loadedPath,
  };
}
