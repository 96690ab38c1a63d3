/** What a bundle says of the state in it. */
import {
  array,
  boolean,
  type InferOutput,
  literal,
  maxLength,
  minLength,
  number,
  object,
  pipe,
  regex,
  safeParse,
  string,
} from 'valibot';
import { count, message } from '../../../engine/api/schemas.ts';
import { badBundle, newerBundle } from './bundleErrors.ts';

/** Raised whenever older programs could not understand a bundle. */
export const BUNDLE_VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';
export const STATE_NAME = 'state.snapshot';
/** Far above every transcript. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

const hash = pipe(string(), regex(/^[0-9a-f]{64}$/));

const bundleManifest = object({
  formatVersion: literal(BUNDLE_VERSION),
  name: pipe(string(), minLength(1), maxLength(1000)),
  tags: pipe(array(pipe(string(), maxLength(200))), maxLength(1000)),
  /** Of the conversation or document that it was saved from. */
  sourceTitle: pipe(string(), maxLength(1000)),
  modelName: pipe(string(), maxLength(1000)),
  /** Of the only models that can go on from the state. */
  fingerprint: hash,
  /** Tokens that the state has read. */
  position: count,
  /** ISO 8601, UTC. */
  createdAt: pipe(string(), regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
  /** What is shown before the next turn. */
  transcript: array(message),
  /** Reading the transcript again gives the state, with any model. */
  replayable: boolean(),
  /** Of the state's file. */
  stateBytes: count,
  sha256: hash,
});
export type BundleManifest = InferOutput<typeof bundleManifest>;

/** @throws EngineError `snapshot-unreadable`, `snapshot-mismatch` for a newer version */
export function parseManifest(bytes: Uint8Array): BundleManifest {
  const value = parseJson(bytes);
  // Before the rest, which a newer version may have changed.
  const version = safeParse(object({ formatVersion: number() }), value);
  if (version.success && version.output.formatVersion > BUNDLE_VERSION) throw newerBundle(version.output.formatVersion);
  const parsed = safeParse(bundleManifest, value);
  if (!parsed.success) throw badBundle(`its description is wrong (${parsed.issues[0].message})`);
  return parsed.output;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw badBundle('its description is no JSON', cause);
  }
}
