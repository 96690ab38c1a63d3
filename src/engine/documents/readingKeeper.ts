/** Saves a reading under way, together with what is needed to go on with it. */
import type { Session } from '../session/types.ts';
import type { DocumentBatch } from './batches.ts';
import type { ConsumedHash } from './identity.ts';
import { toExtra, type ReadingRecord } from './readingRecord.ts';
import type { ResumePoint } from './resumePoint.ts';

export interface SavedEvent {
  readonly type: 'saved';
  readonly snapshotId: string;
  /** Tokens in the snapshot. */
  readonly tokens: number;
  /** They come from the bytes before this one. */
  readonly bytes: number;
}

/** The facts of a record that stay the same while a document is read. */
export type ReadingFacts = Pick<ReadingRecord, 'size' | 'headHash' | 'name' | 'focus'>;

export class ReadingKeeper {
  readonly #session: Session;
  readonly #id: string;
  readonly #facts: ReadingFacts;
  readonly #hash: ConsumedHash;
  #savedTokens: number;
  #savedAt = performance.now();
  #sections: number;
  #resume: ResumePoint | undefined;
  #givenUp = false;
  /** The session's tokens come from the bytes before this one. */
  bytes: number;

  /**
   * @param hash of the bytes that `session` has read
   * @param earlier the record of the run that it goes on from
   */
  constructor(
    session: Session,
    id: string,
    facts: ReadingFacts,
    hash: ConsumedHash,
    earlier?: Pick<ReadingRecord, 'sections' | 'resume'>,
  ) {
    this.#session = session;
    this.#id = id;
    this.#facts = facts;
    this.#hash = hash;
    this.#sections = earlier?.sections ?? 0;
    this.#resume = earlier?.resume;
    this.#savedTokens = session.position;
    this.bytes = hash.end;
  }

  /** To be told before the session reads a batch, as an abort may leave the session anywhere inside it. */
  coming(batch: DocumentBatch): void {
    this.bytes = Math.max(this.bytes, batch.endByte);
    this.#sections = batch.sections;
  }

  /** To be told when the session has read the batch; until then it can only go on from where the one before ended. */
  done(batch: DocumentBatch): void {
    this.#resume = batch.resume;
  }

  /** True when there is something new and the last snapshot is so many seconds old. */
  isDue(seconds: number): boolean {
    return this.#session.position > this.#savedTokens && performance.now() - this.#savedAt >= 1000 * seconds;
  }

  get summary(): { snapshotId: string; tokens: number; sections: number } {
    return { snapshotId: this.#id, tokens: this.#session.position, sections: this.#sections };
  }

  /** @throws EngineError `storage-failed` */
  save(): Promise<SavedEvent> {
    return this.#save({ finished: false, stateHash: '' });
  }

  /** The whole file was read, with everything after its last text. */
  saveFinished(size: number, stateHash: string): Promise<SavedEvent> {
    this.bytes = size;
    return this.#save({ finished: true, stateHash });
  }

  /** Saves if there is something new to save, and the session is sound. */
  async saveRest(): Promise<SavedEvent | undefined> {
    return !this.#givenUp && this.#session.position > this.#savedTokens ? await this.save() : undefined;
  }

  /** After a failure nothing is saved any more: the last snapshot is good, the session may not be. */
  giveUp(): void {
    this.#givenUp = true;
  }

  async #save(ending: Pick<ReadingRecord, 'finished' | 'stateHash'>): Promise<SavedEvent> {
    await this.#hash.advanceTo(this.bytes);
    const [consumedBytes, consumedHash] = [this.#hash.end, this.#hash.hex];
    const facts = { ...this.#facts, consumedBytes, consumedHash, sections: this.#sections, resume: this.#resume };
    const record = { ...facts, ...ending };
    const { tokenCount } = await this.#session.save(this.#id, toExtra(record));
    this.#savedTokens = tokenCount;
    this.#savedAt = performance.now();
    return { type: 'saved', snapshotId: this.#id, tokens: tokenCount, bytes: consumedBytes };
  }
}
