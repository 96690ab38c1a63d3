/** Documents, how far they were read, and their summaries. */
import { array, type InferOutput, literal, nullable, number, object, picklist, string, variant } from 'valibot';
import { count, documentFacts, fault, section, summaryOf } from '../../engine/api/schemas.ts';
import { id, time } from './conversations.ts';

export const pageRange = object({ first: count, last: count });

/** A section with its pages and, once written, its summary. */
export const sectionSummary = object({ section, pages: nullable(pageRange), summary: nullable(string()) });
export type SectionSummary = InferOutput<typeof sectionSummary>;

export const readingProgress = object({
  tokens: count,
  bytes: count,
  totalBytes: count,
  fraction: number(),
  /** Where the reading is; null where the document has no pages. */
  page: nullable(count),
  sectionTitle: string(),
  tokensPerSecond: number(),
  secondsLeft: nullable(number()),
  memoryBytes: count,
});
export type ReadingProgress = InferOutput<typeof readingProgress>;

/** One pass of one model through a document, with one focus. */
export const reading = object({
  id,
  focus: string(),
  modelName: string(),
  /** `waiting`: another one is being read; `paused`: by the user or by an end of the program, it goes on from there. */
  status: picklist(['waiting', 'reading', 'paused', 'finished', 'failed']),
  progress: nullable(readingProgress),
  sections: array(sectionSummary),
  /** The summary of the whole; '' until it is written. */
  overall: string(),
  stateBytes: count,
  startedAt: time,
  finishedAt: nullable(time),
  error: nullable(fault),
  /** The model that is loaded is the one that read it: it can be asked from memory and go on. */
  usable: picklist(['yes', 'no-model', 'other-model']),
});
export type Reading = InferOutput<typeof reading>;

export const documentSummary = object({
  id,
  name: string(),
  title: string(),
  format: documentFacts.entries.format,
  pages: nullable(count),
  createdAt: time,
  deletedAt: nullable(time),
  /** Of its latest reading; `new` when there is none. */
  status: picklist(['new', 'waiting', 'reading', 'paused', 'finished', 'failed']),
  fraction: number(),
});
export type DocumentSummary = InferOutput<typeof documentSummary>;

export const document = object({
  ...documentSummary.entries,
  /** Where it came from. */
  path: string(),
  facts: documentFacts,
  /** Seconds that reading takes with the model that is loaded; null when unknown. */
  estimatedSeconds: nullable(number()),
  reading: nullable(reading),
  /** Its questions and answers. */
  conversationId: id,
  /** Bytes on disk: text and states. */
  diskBytes: count,
});
export type Document = InferOutput<typeof document>;

export const importEvent = variant('type', [
  object({ type: literal('progress'), fraction: number() }),
  object({
    type: literal('imported'),
    document,
    /** The same file is there already. */ known: picklist(['no', 'yes', 'in-bin']),
  }),
  /** This file could not be taken; others of the same drop go on. */
  object({ type: literal('rejected'), path: string(), error: fault }),
]);
export type ImportEvent = InferOutput<typeof importEvent>;

/** What happens to a reading, from where it stands: first its `state`, then changes. */
export const readingEvent = variant('type', [
  object({ type: literal('state'), reading }),
  object({ type: literal('progress'), progress: readingProgress }),
  object({ type: literal('section'), section: sectionSummary }),
  object({ type: literal('writing'), of: summaryOf }),
  object({ type: literal('text'), of: summaryOf, text: string() }),
  object({ type: literal('summary'), of: summaryOf, text: string() }),
]);
export type ReadingEvent = InferOutput<typeof readingEvent>;

export const askMode = picklist(['memory', 'reread']);
