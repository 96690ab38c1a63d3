/** Model files, what is loaded, and the catalogue with its downloads. */
import {
  array,
  boolean,
  type InferOutput,
  literal,
  nullable,
  number,
  object,
  picklist,
  string,
  variant,
} from 'valibot';
import { count, fault, loadedModel, modelFacts, precision } from '../../engine/api/schemas.ts';
import { id } from './conversations.ts';

/** What kept quantised weights take on disk, and may take. */
export const quantisedUse = object({
  files: count,
  bytes: count,
  maxFiles: count,
  maxBytes: count,
  /** The last load could not keep them. */
  failed: boolean(),
});
export type QuantisedUse = InferOutput<typeof quantisedUse>;

export const fit = picklist(['fits', 'tight', 'too-big', 'unknown']);

export const precisionFit = object({
  precision,
  fit,
  /** The smallest usual GPU, in gibibytes of memory, that it fits: advice where `fit` is unknown. Null: none does. */
  advisedGibibytes: nullable(count),
});
export type PrecisionFit = InferOutput<typeof precisionFit>;

/** The memory that models can have on the adapter of the settings. */
export const modelMemory = object({
  /** `gpu`: a GPU's own; `shared`: the part of the machine's memory that a GPU may use; `cpu`: the same for the CPU. */
  of: picklist(['gpu', 'shared', 'cpu']),
  bytes: count,
});
export type ModelMemory = InferOutput<typeof modelMemory>;

export const modelEntry = object({
  id,
  path: string(),
  fileName: string(),
  /** `embedded`: ships with the app; `folder`: in the models folder; `linked`: elsewhere, the app never deletes it. */
  place: picklist(['embedded', 'folder', 'linked']),
  missing: boolean(),
  bytes: count,
  /** Null when the file cannot be used, with the reason in `error`. */
  facts: nullable(modelFacts),
  fits: array(precisionFit),
  error: nullable(fault),
  loaded: boolean(),
});
export type ModelEntry = InferOutput<typeof modelEntry>;

export const modelList = object({
  folder: string(),
  models: array(modelEntry),
  /** Null when unknown. */
  memory: nullable(modelMemory),
});
export type ModelList = InferOutput<typeof modelList>;

/** What to do when the models folder has another file of that name. */
export const onConflict = picklist(['keepBoth', 'replace']);
export type OnConflict = InferOutput<typeof onConflict>;

export const addModelEvent = variant('type', [
  object({ type: literal('progress'), bytes: count, totalBytes: count }),
  object({ type: literal('added'), model: modelEntry }),
]);

export const catalogueEntry = object({
  id,
  title: string(),
  parameters: string(),
  fileName: string(),
  bytes: nullable(count),
  /** Its hash is known from the publisher; otherwise only what the server says can be checked. */
  hashKnown: boolean(),
  licence: string(),
  fits: array(precisionFit),
  recommended: boolean(),
  /** It is in the models folder already. */
  present: boolean(),
  hosts: array(string()),
});
export type CatalogueEntry = InferOutput<typeof catalogueEntry>;

export const download = object({
  id,
  fileName: string(),
  stage: picklist(['waiting', 'downloading', 'paused', 'verifying', 'ready', 'failed']),
  /** Of those that are here; while `verifying`, of those that were checked. */
  bytes: count,
  totalBytes: nullable(count),
  bytesPerSecond: number(),
  secondsLeft: nullable(number()),
  host: string(),
  error: nullable(fault),
  /**
   * What the finished file was held against: the publisher's hash, the hash that the server itself gave, or no more than
   * the size. Null until `ready`.
   */
  verifiedBy: nullable(picklist(['publisher', 'server', 'size'])),
});
export type Download = InferOutput<typeof download>;

export const engineStatus = variant('type', [
  /** Not started yet, or no model is loaded. */
  object({ type: literal('empty') }),
  object({ type: literal('loading'), path: string(), fraction: number(), testing: boolean() }),
  object({ type: literal('loaded'), model: loadedModel }),
  /** It ended unexpectedly and is being started again. */
  object({ type: literal('restarting') }),
  object({ type: literal('failed'), error: fault }),
]);
export type EngineStatus = InferOutput<typeof engineStatus>;
