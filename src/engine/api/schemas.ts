/** The things that several methods of the engine speak of, as schemas; their types are named beside them. */
import {
  array,
  boolean,
  type InferOutput,
  integer,
  literal,
  maxLength,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  regex,
  string,
  union,
  variant,
} from 'valibot';

export const count = pipe(number(), integer(), minValue(0));
/** A name of a snapshot: letters, digits, `.`, `_`, `-`. */
export const snapshotId = pipe(string(), regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/), maxLength(128));
export const path = pipe(string(), minLength(1));

export const PRECISION_NAMES = ['source', 'f16', 'int8', 'nf4', 'int4'] as const;
export const precision = picklist(PRECISION_NAMES);

export const THINK_MODES = ['off', 'fast', 'full'] as const;
export const thinkMode = picklist(THINK_MODES);

export const message = object({ role: picklist(['system', 'user', 'assistant']), text: string() });

export const sampling = object({
  temperature: pipe(number(), minValue(0)),
  topP: pipe(number(), minValue(0)),
  topK: count,
  presencePenalty: number(),
  frequencyPenalty: number(),
  penaltyDecay: number(),
  seed: count,
});

/** What a model file holds, from its header alone. */
export const modelFacts = object({
  /** The file's own name for the model, else the file's name. */
  name: string(),
  container: string(),
  parameters: count,
  layers: count,
  width: count,
  weightBytes: count,
  stateBytes: count,
  /** How many tensors are stored in each format. */
  formats: array(object({ format: string(), tensors: count })),
  /** Bytes on the GPU for each precision that the file can be loaded in: weights, one state and all that running needs. */
  memory: array(object({ precision, bytes: count })),
});
export type ModelFacts = InferOutput<typeof modelFacts>;

/** A model that is loaded. */
export const loadedModel = object({
  name: string(),
  path: string(),
  precision,
  /** Equal fingerprints mean that states can be exchanged. */
  fingerprint: string(),
  parameters: count,
  stateBytes: count,
  /** One sentence on what runs it. */
  adapterLine: string(),
  /** It runs on the CPU. */
  slow: boolean(),
});
export type LoadedModel = InferOutput<typeof loadedModel>;

export const endReason = picklist(['stop', 'length', 'cancelled']);

/** What an answer cost. */
export const answerDetails = object({
  /** Tokens sampled. */
  tokens: count,
  /** Tokens read before the first one was sampled. */
  promptTokens: count,
  /** Of the answer; 0 when nothing was sampled. */
  tokensPerSecond: number(),
  promptTokensPerSecond: number(),
  /** Milliseconds from the question to the first piece of text. */
  firstTextMs: number(),
});
export type AnswerDetails = InferOutput<typeof answerDetails>;

export const fault = object({ code: string(), message: string(), nextStep: optional(string()) });

/** The state of a snapshot file, without its content. */
export const snapshotFacts = object({
  id: snapshotId,
  modelFingerprint: string(),
  modelName: string(),
  tokenCount: count,
  byteLength: count,
  /** ISO 8601, UTC. */
  createdAt: string(),
});
export type SnapshotFacts = InferOutput<typeof snapshotFacts>;

const range = { startByte: count, endByte: count, startLine: count, endLine: count };

/** A section of a document; bytes and lines are those of its text. Lines count from 1. */
export const section = object({ index: count, title: string(), tokens: count, ...range });
export type SectionFacts = InferOutput<typeof section>;

export const passage = object({
  index: count,
  sectionIndex: count,
  sectionTitle: string(),
  tokens: count,
  ...range,
});

/** What an answer about a document rests on. */
export const answerBasis = variant('mode', [
  object({ mode: literal('memory'), sections: count, bytes: count, totalBytes: count }),
  object({ mode: literal('reread'), passages: array(passage) }),
]);
export type AnswerBasisFacts = InferOutput<typeof answerBasis>;

export const documentFormat = picklist(['text', 'markdown', 'html', 'code', 'pdf']);

/** What is known of a document before it is read. */
export const documentFacts = object({
  name: string(),
  title: string(),
  format: documentFormat,
  /** Null where the format has none. */
  pages: nullable(count),
  words: count,
  characters: count,
  /** Of the text. */
  bytes: count,
  /** Null when no vocabulary is loaded. */
  tokens: nullable(count),
  /** ISO 639 code; null when unsure. */
  language: nullable(string()),
  sections: count,
  /** SHA-256 (hex) of the original file. */
  sha256: string(),
  warnings: array(object({ code: string(), count: optional(count) })),
});
export type DocumentFacts = InferOutput<typeof documentFacts>;

export const summaryOf = union([count, literal('overall')]);
