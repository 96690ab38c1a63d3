/** The catalogue and the user's models as the window sees them: with how they fit the memory. Pure. */
import { PRECISION_NAMES } from '../../engine/api/schemas.ts';
import type { CatalogueEntry, ModelEntry, ModelMemory, PrecisionFit } from '../api/models.ts';
import { approximateBytes, mirrorsOf, type CatalogueModel, type MirrorName, type Precision } from './catalogue.ts';
import { advisedGibibytes, fitOf, recommend } from './fit.ts';
import type { ListedModel } from './modelFolder.ts';

export interface Surroundings {
  /** Null: unknown. */
  readonly memory: ModelMemory | null;
  readonly mirror: MirrorName;
  /** The user's models. */
  readonly models: readonly ListedModel[];
}

export function catalogueEntry(model: CatalogueModel, { memory, mirror, models }: Surroundings): CatalogueEntry {
  const { id, title, parameters, fileName, licence, gpuBytes, sha256 } = model;
  const present = models.find((one) => one.fileName === fileName && one.place === 'folder' && !one.missing);
  const bytesOf = (precision: Precision): number =>
    // What the engine says of the very file is better than what the catalogue says of all such files.
    present?.facts?.memory.find((one) => one.precision === precision)?.bytes ?? gpuBytes[precision];
  return {
    ...{ id, title, parameters, fileName, licence },
    bytes: approximateBytes(model),
    hashKnown: sha256 !== undefined,
    fits: PRECISION_NAMES.map((precision) => precisionFit(precision, bytesOf(precision), memory)),
    recommended: recommend(memory)?.model.id === id,
    present: present !== undefined,
    hosts: mirrorsOf(model, mirror).map(({ host }) => host),
  };
}

/** @param loadedPath of the model that is loaded */
export function modelEntry(model: ListedModel, memory: ModelMemory | null, loadedPath: string | null): ModelEntry {
  const needed = model.facts?.memory ?? [];
  return {
    ...model,
    fits: needed.map(({ precision, bytes }) => precisionFit(precision, bytes, memory)),
    loaded: model.path === loadedPath,
  };
}

const precisionFit = (precision: Precision, bytes: number, memory: ModelMemory | null): PrecisionFit => ({
  ...{ precision, fit: fitOf(bytes, memory?.bytes ?? null), advisedGibibytes: advisedGibibytes(bytes) },
});
