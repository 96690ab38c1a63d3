/** The one pass over a document that reading, summarising and asking share: blocks with their tokens and sections. */
import type { ByteSource } from '../formats/byteSource.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { cleaningFor, documentBlocks, type BlockStart, type TextBlock } from './blocks.ts';
import { closeSection, splitStep, type OpenSection, type Section } from './sections.ts';

/** A place from which the pieces can be found again without what comes before it. */
export interface PieceStart extends BlockStart {
  /** The section that was open there; undefined at the beginning of the document. */
  readonly section: OpenSection | undefined;
}

export interface DocumentPiece {
  readonly start: PieceStart;
  readonly block: TextBlock;
  /** What the model is fed for this block. */
  readonly tokens: Uint32Array<ArrayBuffer>;
  /** The section that ended before this block, if one did. */
  readonly ended: Section | undefined;
  /** The section that holds this block, as far as it goes with it. */
  readonly section: OpenSection;
}

/**
 * Yields the document block by block, all of it or from the start of a piece on. `prefix` is put before the first block and tokenised with it; it does not count
 * as part of a section, so sections are the same whatever the prompt. The last section is `closeSection(section)` of
 * the last piece.
 * @throws EngineError `document-unreadable`
 */
export async function* documentPieces(
  source: ByteSource,
  tokenizer: Tokenizer,
  prefix = '',
  from?: PieceStart,
): AsyncGenerator<DocumentPiece, void, undefined> {
  let open = from?.section;
  for await (const block of documentBlocks(source, cleaningFor(tokenizer), from)) {
    if (block.text === '') continue;
    const ownTokens = tokenizer.encode(block.text);
    const { startByte, endByte, startLine, endLine, title } = block;
    const step = splitStep(open, { startByte, endByte, startLine, endLine, title, tokens: ownTokens.length });
    const tokens = open === undefined && prefix !== '' ? tokenizer.encode(prefix + block.text) : ownTokens;
    const start: PieceStart = { ...block.start, section: open };
    open = step.open;
    yield { start, block, tokens, ended: step.ended, section: open };
  }
}

/** Passing over a large document takes a while and has no other place to stop: throws the signal's reason on abort. */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}

/**
 * All sections of a document, found without the model.
 * @throws EngineError `document-unreadable`; the signal's reason
 */
export async function* documentSections(
  source: ByteSource,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): AsyncGenerator<Section, void, undefined> {
  let last: OpenSection | undefined;
  for await (const piece of untilAborted(documentPieces(source, tokenizer), signal)) {
    if (piece.ended) yield piece.ended;
    last = piece.section;
  }
  if (last) yield closeSection(last);
}
