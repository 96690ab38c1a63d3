/**
 * Joins the pieces of a document into batches worth a run of the model, and skips what a session has read already,
 * proving on the way that it is the same text.
 */
import { PrefixHash } from '../session/prefixHash.ts';
import type { DocumentPiece } from './pieces.ts';
import { resumePointAt, type ResumePoint } from './resumePoint.ts';
import { closeSection, type Section } from './sections.ts';

export interface DocumentBatch {
  readonly tokens: Uint32Array<ArrayBuffer>;
  /** The tokens come from the bytes before this one: the end of the block that the last of them is in. */
  readonly endByte: number;
  /** The sections that end within or with this batch. */
  readonly ended: readonly Section[];
  /** Sections begun until here. */
  readonly sections: number;
  /** Where a session that has read this batch can go on: the start of the block that the last token is in. */
  readonly resume: ResumePoint | undefined;
}

/** What a session has read. */
export interface ReadPrefix {
  readonly tokens: number;
  /** `Session.prefixHash` */
  readonly hash: string;
  /** The tokens before the first piece; undefined where that is the document's first. */
  readonly before?: PrefixHash | undefined;
}

/**
 * Yields the batches after `read`. The first one brings the sections that end in what was read before, as far as `pieces`
 * go back; the last one, which may have no tokens, ends the last section.
 * @param wantedTokens asked for each batch: how many tokens it is to have; only the last has fewer
 * @param mismatch makes the error that is thrown when the document does not begin with the tokens of `read`
 */
export async function* documentBatches(
  pieces: AsyncIterable<DocumentPiece>,
  read: ReadPrefix,
  wantedTokens: () => number,
  mismatch: () => Error,
): AsyncGenerator<DocumentBatch, void, undefined> {
  const batch = new BatchBuilder();
  const replay = new Replay(read);
  for await (const piece of pieces) {
    const before = replay.prefix;
    const unread = replay.unreadOf(piece.tokens);
    if (replay.state === 'differs') throw mismatch();
    batch.add(piece, unread, before);
    for (let wanted = wantedTokens(); batch.tokenCount >= wanted; wanted = wantedTokens()) yield batch.take(wanted);
  }
  if (replay.state === 'running') throw mismatch();
  yield batch.finish();
}

/** Compares the beginning of the document with what a session has read, and hashes on. */
class Replay {
  readonly #read: ReadPrefix;
  readonly #hash: PrefixHash;
  state: 'running' | 'done' | 'differs' = 'running';

  constructor(read: ReadPrefix) {
    this.#read = read;
    this.#hash = read.before?.clone() ?? PrefixHash.empty();
    this.#compare();
  }

  /** A copy of the hash over all tokens so far. */
  get prefix(): PrefixHash {
    return this.#hash.clone();
  }

  /** The part of the next tokens that was not read yet. */
  unreadOf(tokens: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    const known = Math.min(tokens.length, this.#read.tokens - this.#hash.tokenCount);
    if (this.state !== 'running' || known < 0) {
      this.#hash.add(tokens);
      return tokens;
    }
    this.#hash.add(tokens.subarray(0, known));
    this.#compare();
    const unread = tokens.subarray(known);
    this.#hash.add(unread);
    return unread;
  }

  #compare(): void {
    const { tokens, hash } = this.#read;
    if (this.#hash.tokenCount < tokens) return;
    const same = this.#hash.tokenCount === tokens && (tokens === 0 || this.#hash.hex === hash);
    this.state = same ? 'done' : 'differs';
  }
}

/** Holds the tokens that wait for a batch: less than one batch and one piece. */
class BatchBuilder {
  #tokens: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #ended: Section[] = [];
  #last: DocumentPiece | undefined;
  /** The tokens before `#last`. */
  #before: PrefixHash | undefined;

  get tokenCount(): number {
    return this.#tokens.length;
  }

  /** @param before the tokens before `piece`; @param tokens those of its tokens that were not read yet */
  add(piece: DocumentPiece, tokens: Uint32Array, before: PrefixHash): void {
    if (piece.ended) this.#ended.push(piece.ended);
    const joined = new Uint32Array(this.#tokens.length + tokens.length);
    joined.set(this.#tokens);
    joined.set(tokens, this.#tokens.length);
    this.#tokens = joined;
    this.#last = piece;
    this.#before = before;
  }

  take(tokenCount: number): DocumentBatch {
    const section = this.#last?.section;
    const batch: DocumentBatch = {
      tokens: this.#tokens.slice(0, tokenCount),
      endByte: this.#last?.block.endByte ?? 0,
      ended: this.#ended,
      sections: section ? section.index + 1 : 0,
      resume: this.#last && this.#before && resumePointAt(this.#last.start, this.#before),
    };
    this.#tokens = this.#tokens.slice(tokenCount);
    this.#ended = [];
    return batch;
  }

  /** All that is left, with the document's last section. */
  finish(): DocumentBatch {
    const batch = this.take(this.tokenCount);
    return this.#last ? { ...batch, ended: [...batch.ended, closeSection(this.#last.section)] } : batch;
  }
}
