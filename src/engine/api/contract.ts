/**
 * What the engine process offers: models, turns, documents, snapshots. It keeps no conversations and no list of
 * documents; those are its parent's. Paths go in, text comes out; states stay on its side of the border.
 */
import { array, boolean, literal, number, nullable, object, optional, picklist, string, variant } from 'valibot';
import { call, stream, type Api } from './rpc/contract.ts';
import * as s from './schemas.ts';

const nothing = object({});

const loadEvent = variant('type', [
  object({ type: literal('progress'), bytes: s.count, totalBytes: s.count }),
  /** Checking with a known answer that the adapter computes right. */
  object({ type: literal('testing') }),
  /** What was quantised could not be kept, or what was kept was damaged; the model is loaded all the same. */
  object({ type: literal('quantised-warning'), message: string() }),
  object({ type: literal('loaded'), model: s.loadedModel }),
]);

const answerEvent = variant('type', [
  /** Tokens of the prompt read so far. */
  object({ type: literal('prompt'), done: s.count, total: s.count }),
  object({ type: literal('thought'), text: string() }),
  object({ type: literal('text'), text: string() }),
  object({
    type: literal('end'),
    reason: s.endReason,
    details: s.answerDetails,
    /** The state after the answer; null if it could not be saved, with the reason in `notSaved`. */
    snapshot: nullable(s.snapshotFacts),
    notSaved: optional(s.fault),
  }),
]);

const importEvent = variant('type', [
  object({ type: literal('progress'), fraction: number(), pages: optional(s.count) }),
  object({ type: literal('imported'), facts: s.documentFacts }),
]);

const readEvent = variant('type', [
  object({
    type: literal('start'),
    snapshotId: s.snapshotId,
    totalBytes: s.count,
    /** Where an earlier reading had come to; 0 for a new one. */
    resumedBytes: s.count,
    resumedTokens: s.count,
  }),
  object({
    type: literal('progress'),
    tokens: s.count,
    bytes: s.count,
    totalBytes: s.count,
    fraction: number(),
    tokensPerSecond: number(),
    secondsLeft: nullable(number()),
    /** Of the engine process, resident. */
    memoryBytes: s.count,
  }),
  /** A section was read to its end; each comes once, those of earlier runs too. */
  object({ type: literal('section'), section: s.section }),
  /** A summary is about to be written. */
  object({ type: literal('writing'), of: s.summaryOf }),
  object({ type: literal('text'), of: s.summaryOf, text: string() }),
  object({ type: literal('summary'), of: s.summaryOf, text: string() }),
  object({ type: literal('saved'), snapshotId: s.snapshotId, tokens: s.count, bytes: s.count }),
  object({
    type: literal('end'),
    reason: picklist(['finished', 'cancelled']),
    tokens: s.count,
    sections: s.count,
  }),
]);

const askEvent = variant('type', [
  object({ type: literal('basis'), basis: s.answerBasis }),
  object({ type: literal('text'), text: string() }),
  object({
    type: literal('end'),
    reason: s.endReason,
    details: s.answerDetails,
    /** Tokens of the document that were read again for this answer: 0 from memory. */
    documentTokens: s.count,
  }),
]);

export const engineContract = {
  /** Names of the adapters that Dawn finds, best first; `software` is always last. */
  listAdapters: call(nothing, array(object({ name: string(), software: boolean() }))),
  inspectModel: call(object({ path: s.path }), s.modelFacts),
  /** Replaces the model that is loaded. Whatever ran with that one fails with `model-unloaded`. */
  loadModel: stream(
    object({
      path: s.path,
      precision: s.precision,
      adapter: string(),
      /** Keep what is quantised on disk, for the next load. */
      cacheQuantised: optional(boolean()),
    }),
    loadEvent,
  ),
  unloadModel: call(nothing, nothing),

  countTokens: call(object({ text: string() }), s.count),
  /**
   * One turn: reads `messages` (the last is the user's) after the state `base`, or after nothing, writes the answer and
   * saves the state under `saveAs`. Cancelled, it keeps and saves what was written until then.
   */
  answer: stream(
    object({
      base: optional(s.snapshotId),
      messages: array(s.message),
      think: s.thinkMode,
      sampling: s.sampling,
      maxTokens: s.count,
      saveAs: s.snapshotId,
    }),
    answerEvent,
  ),

  /** Parses a file into `folder`, which must not exist: `text.txt`, `map.json`. */
  importDocument: stream(object({ path: s.path, folder: s.path }), importEvent),
  /** Reads an imported document into its state, summarising on the way where asked; goes on where it was left. */
  readDocument: stream(
    object({
      folder: s.path,
      focus: string(),
      summarise: boolean(),
      sampling: s.sampling,
      /** Summaries of an earlier run, which are not written again. */
      known: array(object({ section: s.section, summary: string() })),
      snapshotEverySeconds: number(),
      /** Ignores an earlier reading. */
      fresh: boolean(),
    }),
    readEvent,
  ),
  askDocument: stream(
    object({
      folder: s.path,
      focus: string(),
      question: string(),
      mode: picklist(['memory', 'reread']),
      sampling: s.sampling,
      maxTokens: s.count,
    }),
    askEvent,
  ),

  listSnapshots: call(nothing, object({ snapshots: array(s.snapshotFacts), unreadable: array(string()) })),
  /** Deleting what is not there is no error. */
  deleteSnapshots: call(object({ ids: array(s.snapshotId) }), nothing),
  copySnapshot: call(object({ from: s.snapshotId, to: s.snapshotId }), s.snapshotFacts),
  /** Checks the whole file, its hash included. @throws `snapshot-unreadable`, `snapshot-missing` */
  checkSnapshot: call(object({ id: s.snapshotId }), s.snapshotFacts),
};

export type EngineApi = Api<typeof engineContract>;
