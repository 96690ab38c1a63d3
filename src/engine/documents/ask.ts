/**
 * Answers a question about a document, in one of two ways. From memory: the state that has read the document takes the
 * question; instant, but details fade. Re-reading: the question comes first, then the passages that match it best.
 */
import { EngineError } from '../api/errors.ts';
import { DOCUMENT_STOPS, memoryQuestion, rereadPrompt } from '../chat/documentPrompts.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import type { Sampling } from '../sampling/types.ts';
import { CANCELLED } from '../session/answer.ts';
import type { GenerateEvent } from '../session/types.ts';
import { answerIn, answerPrompt, type AnsweringModel, type AnswerOptions } from './answering.ts';
import { textOf } from './blocks.ts';
import { noText } from './documentErrors.ts';
import { identifyDocument } from './identity.ts';
import { choosePassages, type Passage } from './passages.ts';
import { findReading, readingId, verifyConsumed, type FoundReading } from './readingRecord.ts';

export type AskMode = 'memory' | 'reread';

export interface AskOptions extends AnsweringModel {
  readonly source: ByteSource;
  readonly modelFingerprint: string;
  readonly question: string;
  readonly mode: AskMode;
  readonly sampling: Sampling;
  /** The focus of the reading to ask from memory; default: none. */
  readonly focus?: string | undefined;
  /** How many passages to re-read; default 3. */
  readonly passages?: number | undefined;
  /** Default 256. */
  readonly maxTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told when a prompt of so many tokens has been read. */
  readonly onPromptRead?: ((tokens: number) => void) | undefined;
}

/** What an answer rests on, to be shown with it. */
export type AnswerBasis =
  | {
      readonly mode: 'memory';
      /** Sections that the state has read, from the first on. */
      readonly sections: number;
      /** The part of the document that the state has read. */
      readonly bytes: number;
      readonly totalBytes: number;
    }
  | { readonly mode: 'reread'; readonly passages: readonly Passage[] };

/** Begins with `basis`, unless it was cancelled before; ends with exactly one `end`. */
export type AskEvent = { readonly type: 'basis'; readonly basis: AnswerBasis } | GenerateEvent;

const DEFAULT_MAX_TOKENS = 256;
const DEFAULT_PASSAGES = 3;

/**
 * @throws EngineError `snapshot-missing` when asked from memory about a document that was not read; `document-changed`
 * when it was read in another form; `invalid-argument` for an empty question; `document-unreadable`
 */
export async function* askDocument(options: AskOptions): AsyncGenerator<AskEvent, void, undefined> {
  if (options.question.trim() === '')
    throw new EngineError('invalid-argument', 'The question is empty.', {
      nextStep: 'Ask something about the document.',
    });
  switch (options.mode) {
    case 'memory':
      return yield* askMemory(options);
    case 'reread':
      return yield* askRereading(options);
  }
}

async function* askMemory(options: AskOptions): AsyncGenerator<AskEvent, void, undefined> {
  const { source, sessions, tokenizer, question } = options;
  const reading = await readingToAsk(options);
  const { sections, consumedBytes, size } = reading.record;
  await verifyConsumed(source, reading);
  // A restored session is a copy: the snapshot stays as it is for the next question.
  const session = await sessions.restore(reading.info.id);
  try {
    yield { type: 'basis', basis: { mode: 'memory', sections, bytes: consumedBytes, totalBytes: size } };
    yield* answerIn(session, tokenizer, memoryQuestion(question), answerOptions(options));
  } finally {
    session.dispose();
  }
}

async function readingToAsk({ source, sessions, modelFingerprint, focus = '' }: AskOptions): Promise<FoundReading> {
  const id = readingId(await identifyDocument(source), modelFingerprint, focus);
  const found = await findReading(sessions, id);
  if (found) return found;
  throw new EngineError('snapshot-missing', `This model has not read ${source.name} yet.`, {
    nextStep: 'Read the document first, or ask by re-reading.',
  });
}

async function* askRereading(options: AskOptions): AsyncGenerator<AskEvent, void, undefined> {
  const { source, tokenizer, question, signal } = options;
  let passages: Passage[];
  try {
    passages = await choosePassages(source, tokenizer, question, options.passages ?? DEFAULT_PASSAGES, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
    return yield CANCELLED;
  }
  if (passages.length === 0) throw noText(source.name);
  yield { type: 'basis', basis: { mode: 'reread', passages } };
  const texts: string[] = [];
  for (const passage of passages) texts.push(await textOf(source, tokenizer, passage));
  yield* answerPrompt(options, rereadPrompt(question, texts), answerOptions(options));
}

const answerOptions = ({
  sampling,
  maxTokens = DEFAULT_MAX_TOKENS,
  signal,
  onPromptRead,
}: AskOptions): AnswerOptions => ({
  sampling,
  maxTokens,
  stop: DOCUMENT_STOPS,
  priority: 'interactive',
  signal,
  onPromptRead,
});
