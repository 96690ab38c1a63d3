/**
 * Joins the pieces of a document into batches worth a run of the model, and skips what a session has read already,
 * proving on the way that it is the same text.
 */
import { PrefixHash } from '../session/prefixHash.ts';
import type { DocumentPiece } from './pieces.ts';
import { closeSection, type Section } from './sections.ts';

export interface DocumentBatch {
  readonly tokens: Uint32Array<ArrayBuffer>;
  /** The tokens come from the bytes before this one: the end of the block that the last of them is in. */
  readonly endByte: number;
  /** The sections that end within or with this batch. */
  readonly ended: readonly Section[];
  /** Sections begun until here. */
  readonly sections: number;
}

/** What a session has read. */
export interface ReadPrefix {
  readonly tokens: number;
  /** `Session.prefixHash` */
  readonly hash: string;
}

/**
 * Yields the batches after `read`. The first one brings the sections that were read before; the last one, which may
 * have no tokens, ends the last section.
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
    const unread = replay.unreadOf(piece.tokens);
    if (replay.state === 'differs') throw mismatch();
    batch.add(piece, unread);
    for (let wanted = wantedTokens(); batch.tokenCount >= wanted; wanted = wantedTokens()) yield batch.take(wanted);
  }
  if (replay.state === 'running') throw mismatch();
  yield batch.finish();
}

/** Compares the beginning of the document with what a session has read. */
class Replay {
  readonly #read: ReadPrefix;
  readonly #hash = PrefixHash.empty();
  state: 'running' | 'done' | 'differs';

  constructor(read: ReadPrefix) {
    this.#read = read;
    this.state = read.tokens === 0 ? 'done' : 'running';
  }

  /** The part of the next tokens that was not read yet. */
  unreadOf(tokens: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    if (this.state !== 'running') return tokens;
    const known = Math.min(tokens.length, this.#read.tokens - this.#hash.tokenCount);
    this.#hash.add(tokens.subarray(0, known));
    if (this.#hash.tokenCount === this.#read.tokens)
      this.state = this.#hash.hex === this.#read.hash ? 'done' : 'differs';
    return tokens.subarray(known);
  }
}

/** Holds the tokens that wait for a batch: less than one batch and one piece. */
class BatchBuilder {
  #tokens: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #ended: Section[] = [];
  #last: DocumentPiece | undefined;

  get tokenCount(): number {
    return this.#tokens.length;
  }

  add(piece: DocumentPiece, tokens: Uint32Array): void {
    if (piece.ended) this.#ended.push(piece.ended);
    const joined = new Uint32Array(this.#tokens.length + tokens.length);
    joined.set(this.#tokens);
    joined.set(tokens, this.#tokens.length);
    this.#tokens = joined;
    this.#last = piece;
  }

  take(tokenCount: number): DocumentBatch {
    const section = this.#last?.section;
    const batch: DocumentBatch = {
      tokens: this.#tokens.slice(0, tokenCount),
      endByte: this.#last?.block.endByte ?? 0,
      ended: this.#ended,
      sections: section ? section.index + 1 : 0,
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
