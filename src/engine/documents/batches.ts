/**
 * Joins the pieces of a document into batches worth a run of the model, and skips what a session has read already,
 * proving on the way that it is the same text.
 */
import { PrefixHash } from '../session/prefixHash.ts';
import type { DocumentPiece } from './pieces.ts';
import { closeSection, type Section } from './sections.ts';

/** Whole pieces: after each batch the reading can be saved. */
export interface DocumentBatch {
  readonly tokens: Uint32Array<ArrayBuffer>;
  /** The tokens come from the bytes before this one. */
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
 * Yields the batches after `read`. The first one brings the sections that were read before, and may have no tokens.
 * The last one ends the last section.
 * @param wantedTokens asked before each batch; a batch exceeds it by less than one piece
 * @param mismatch makes the error that is thrown when the document does not begin with the tokens of `read`
 */
export async function* documentBatches(
  pieces: AsyncIterable<DocumentPiece>,
  read: ReadPrefix,
  wantedTokens: () => number,
  mismatch: () => Error,
): AsyncGenerator<DocumentBatch> {
  let batch = new BatchBuilder();
  const replay = new Replay(read);
  for await (const piece of pieces) {
    const unread = replay.unreadOf(piece.tokens);
    if (replay.state === 'differs') throw mismatch();
    batch.add(piece, unread);
    if (replay.state === 'running' || batch.tokenCount < wantedTokens()) continue;
    yield batch.build();
    batch = batch.next();
  }
  if (replay.state === 'running') throw mismatch();
  yield batch.build('end of the document');
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
    if (this.#hash.tokenCount === this.#read.tokens) this.state = this.#hash.hex === this.#read.hash ? 'done' : 'differs';
    return tokens.subarray(known);
  }
}

class BatchBuilder {
  readonly #parts: Uint32Array[] = [];
  readonly #ended: Section[] = [];
  tokenCount = 0;
  #last: DocumentPiece | undefined;

  add(piece: DocumentPiece, tokens: Uint32Array): void {
    if (piece.ended) this.#ended.push(piece.ended);
    if (tokens.length > 0) this.#parts.push(tokens);
    this.tokenCount += tokens.length;
    this.#last = piece;
  }

  /** An empty builder that knows where the document stands. */
  next(): BatchBuilder {
    const builder = new BatchBuilder();
    builder.#last = this.#last;
    return builder;
  }

  build(end?: 'end of the document'): DocumentBatch {
    const tokens = new Uint32Array(this.tokenCount);
    let length = 0;
    for (const part of this.#parts) {
      tokens.set(part, length);
      length += part.length;
    }
    const section = this.#last?.section;
    return {
      tokens,
      endByte: this.#last?.block.endByte ?? 0,
      ended: end && section ? [...this.#ended, closeSection(section)] : this.#ended,
      sections: section ? section.index + 1 : 0,
    };
  }
}
