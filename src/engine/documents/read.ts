/**
 * Reads a document of any size into a session, in bounded memory, with snapshots on the way: a reading that was cut off
 * at any moment goes on from its last snapshot and ends in the same state, bit for bit, as one that was not.
 */
import { documentPrefix } from '../chat/documentPrompts.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import type { Session, Sessions } from '../session/types.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { PrefixHash } from '../session/prefixHash.ts';
import { documentBatches, type ReadPrefix } from './batches.ts';
import { noText } from './documentErrors.ts';
import { ConsumedHash, identifyDocument } from './identity.ts';
import { documentPieces, documentSections, untilAborted } from './pieces.ts';
import { ReadingKeeper, type SavedEvent } from './readingKeeper.ts';
import { documentChanged, findReading, readingId, verifyConsumed, type FoundReading } from './readingRecord.ts';
import { ReadingSpeed } from './readingSpeed.ts';
import type { ResumePoint } from './resumePoint.ts';
import type { Section } from './sections.ts';

export interface ReadOptions {
  readonly source: ByteSource;
  readonly sessions: Sessions;
  readonly tokenizer: Tokenizer;
  /** `SequenceModel.fingerprint`: each model has its own reading of a document. */
  readonly modelFingerprint: string;
  /** What to look for; put ahead of the text. Each focus is a reading of its own. */
  readonly focus?: string | undefined;
  /** Default 5. At most this much work, or one batch of at least 16 tokens, is lost when the process dies. */
  readonly snapshotEverySeconds?: number | undefined;
  /** The most tokens between two places where the reading can be saved; default 8192. */
  readonly maxBatchTokens?: number | undefined;
  /** Ignores an earlier reading and begins anew. */
  readonly fresh?: boolean | undefined;
  /** On abort the reading is saved and ends with reason `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadProgress {
  readonly tokens: number;
  readonly bytes: number;
  readonly totalBytes: number;
  /** 0 … 1, by bytes. */
  readonly fraction: number;
  /** Of late. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Begins with `start` and ends with exactly one `end`, unless it throws. */
export type ReadEvent =
  | {
      readonly type: 'start';
      readonly snapshotId: string;
      readonly totalBytes: number;
      /** Where an earlier reading had come to; 0 for a new one. */
      readonly resumedBytes: number;
      readonly resumedTokens: number;
      /** The sections before this one were told by an earlier run and are not told again. */
      readonly resumedSections: number;
    }
  | ({ readonly type: 'progress' } & ReadProgress)
  /** A section was read to its end. All sections from `resumedSections` on come, in order. */
  | ({ readonly type: 'section' } & Section)
  | SavedEvent
  | {
      readonly type: 'end';
      readonly reason: 'finished' | 'cancelled';
      readonly snapshotId: string;
      readonly tokens: number;
      readonly sections: number;
      /** `Session.stateHash` of a finished reading; undefined when cancelled. */
      readonly stateHash: string | undefined;
    };

const DEFAULT_SNAPSHOT_SECONDS = 5;
const DEFAULT_MAX_BATCH_TOKENS = 8192;

/**
 * Reads `source` as one open user turn and saves it under an id that depends on document, model and focus, so that the
 * same call goes on with an unfinished reading and ends at once, without running the model, for a finished one. Going on
 * hashes the bytes that were read, to be sure that they are the same, but tokenises no more than the block it stands in.
 * Leaving the loop early saves, too.
 * @throws EngineError `document-unreadable`, `document-changed`, and whatever sessions throw
 */
export async function* readDocument(options: ReadOptions): AsyncGenerator<ReadEvent, void, undefined> {
  const { source, sessions, focus = '' } = options;
  const identity = await identifyDocument(source);
  const snapshotId = readingId(identity, options.modelFingerprint, focus);
  const found = options.fresh ? undefined : await findReading(sessions, snapshotId);
  const hash = found ? await verifyConsumed(source, found) : new ConsumedHash(source);
  const resume = found && resumeOf(found);
  yield {
    type: 'start',
    snapshotId,
    totalBytes: source.size,
    resumedBytes: found?.record.consumedBytes ?? 0,
    resumedTokens: found?.info.tokenCount ?? 0,
    resumedSections: resume?.point.section?.index ?? 0,
  };
  if (found?.record.finished) return yield* finishedBefore(options, found);
  const session = found ? await sessions.restore(snapshotId) : sessions.open();
  const facts = { ...identity, name: source.name, focus };
  const keeper = new ReadingKeeper(session, snapshotId, facts, hash, found?.record);
  try {
    yield* readOn(options, session, keeper, resume);
  } catch (error) {
    if (!options.signal?.aborted) {
      keeper.giveUp();
      throw error;
    }
    const saved = await keeper.saveRest();
    if (saved) yield saved;
    yield { type: 'end', reason: 'cancelled', ...keeper.summary, stateHash: undefined };
  } finally {
    // Reached with work unsaved when the caller leaves the loop.
    await keeper.saveRest().finally(() => session.dispose());
  }
}

/** The events of a reading that was finished in an earlier run. */
async function* finishedBefore(
  { source, tokenizer }: ReadOptions,
  { info, record }: FoundReading,
): AsyncGenerator<ReadEvent, void, undefined> {
  for await (const section of documentSections(source, tokenizer)) yield { type: 'section', ...section };
  const { sections, stateHash } = record;
  yield { type: 'end', reason: 'finished', snapshotId: info.id, tokens: info.tokenCount, sections, stateHash };
}

/** Where to go on, and the hash of the tokens before. */
interface Resume {
  readonly point: ResumePoint;
  readonly before: PrefixHash;
}

/** Undefined where the reading has to pass over the text from its beginning: finished, an older record, or a bad one. */
function resumeOf({ info, record: { finished, resume: point } }: FoundReading): Resume | undefined {
  if (finished || !point || point.tokens > info.tokenCount) return undefined;
  const before = PrefixHash.resume(point.midstate, point.tokens);
  return before && { point, before };
}

/** Feeds the session what it has not read yet. Rejects with the signal's reason when aborted. */
async function* readOn(
  options: ReadOptions,
  session: Session,
  keeper: ReadingKeeper,
  resume: Resume | undefined,
): AsyncGenerator<ReadEvent, void, undefined> {
  const { source, tokenizer, signal, focus, snapshotEverySeconds = DEFAULT_SNAPSHOT_SECONDS } = options;
  const speed = new ReadingSpeed(options.maxBatchTokens ?? DEFAULT_MAX_BATCH_TOKENS);
  const pieces = untilAborted(documentPieces(source, tokenizer, documentPrefix(focus), resume?.point), signal);
  const read: ReadPrefix = { tokens: session.position, hash: session.prefixHash, before: resume?.before };
  for await (const batch of documentBatches(
    pieces,
    read,
    () => speed.batchTokens,
    () => documentChanged(source.name),
  )) {
    const startedAt = performance.now();
    keeper.coming(batch);
    await session.prefill(batch.tokens, { priority: 'background', ...(signal && { signal }) });
    speed.add(batch.tokens.length, (performance.now() - startedAt) / 1000);
    keeper.done(batch);
    for (const section of batch.ended) yield { type: 'section', ...section };
    yield { type: 'progress', ...progressOf(session, batch.endByte, source.size, speed) };
    // Before the batch that would come after the time, so that slow machines, too, lose no more than was said.
    if (keeper.isDue(snapshotEverySeconds - speed.batchSeconds)) yield await keeper.save();
  }
  if (session.position === 0) throw noText(source.name);
  const stateHash = await session.stateHash();
  yield await keeper.saveFinished(source.size, stateHash);
  yield { type: 'end', reason: 'finished', ...keeper.summary, stateHash };
}

/** What is left is taken to hold as many tokens a byte as all that was read, in earlier runs of the program, too. */
function progressOf(session: Session, endByte: number, totalBytes: number, speed: ReadingSpeed): ReadProgress {
  const tokensLeft = (totalBytes - endByte) * (session.position / Math.max(endByte, 1));
  return {
    tokens: session.position,
    bytes: endByte,
    totalBytes,
    fraction: totalBytes === 0 ? 1 : endByte / totalBytes,
    tokensPerSecond: speed.tokensPerSecond,
    secondsLeft: speed.secondsFor(tokensLeft),
  };
}
