/**
 * Streams a document of any size as blocks: paragraphs and headings, cleaned, with their places in the file. Blocks
 * depend on the bytes of the document alone, not on how they were read, so every pass over a document sees the same.
 */
import type { ByteSource } from '../formats/byteSource.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { cleanText, type CleanOptions } from './clean.ts';
import { atxTitle, paragraphTitle } from './headings.ts';
import { documentLines, type DocumentLine, type LineRange } from './lines.ts';
import type { TextRange } from './sections.ts';

export interface TextBlock extends TextRange {
  /**
   * What the model reads. The texts of all blocks joined are the cleaned document: a block that is followed by another
   * paragraph ends with its line end. (No token of the World vocabulary holds a line end with a visible character after
   * it, so tokenising block by block gives the tokens of the whole.)
   */
  readonly text: string;
  /** Set when the block is a heading. */
  readonly title: string | undefined;
  /** Enough to find this block, and all after it, without what comes before. */
  readonly start: BlockStart;
}

/** A place where a block begins, with all that earlier blocks have to do with the later ones. */
export interface BlockStart {
  readonly startByte: number;
  readonly startLine: number;
  /** The block begins in the middle of a line that was too long. */
  readonly continuing: boolean;
  /** The block begins inside a fenced block of code, where `#` makes no heading. */
  readonly inFence: boolean;
}

/** A longer paragraph is cut, so that memory and the time between two safe points stay bounded. About 1,000 tokens. */
export const MAX_BLOCK_BYTES = 4096;

/**
 * How documents are cleaned for a model: without blank lines, which would end the turn. A vocabulary without curly
 * quotes belongs to a model that was trained on plain punctuation.
 */
export const cleaningFor = (tokenizer: Tokenizer): CleanOptions => ({
  collapseBlankLines: true,
  plainPunctuation: tokenizer.encode('“').length > 1,
});

/**
 * Yields the blocks of a document, or of `range`: a part that begins where a block does, or all from a `BlockStart` on.
 * @throws EngineError `document-unreadable`
 */
export async function* documentBlocks(
  source: ByteSource,
  cleaning: CleanOptions,
  range?: LineRange & Partial<BlockStart>,
): AsyncGenerator<TextBlock, void, undefined> {
  const assembler = new BlockAssembler(cleaning, range);
  for await (const line of documentLines(source, MAX_BLOCK_BYTES, range)) {
    const block = assembler.add(line);
    if (block) yield block;
  }
  const last = assembler.finish();
  if (last) yield last;
}

/** The cleaned text of a part of the document, as the model reads it. For parts that fit in memory. */
export async function textOf(source: ByteSource, tokenizer: Tokenizer, range: TextRange): Promise<string> {
  let text = '';
  for await (const block of documentBlocks(source, cleaningFor(tokenizer), range)) text += block.text;
  return text;
}

/** Gathers lines until a blank line, a heading or the size limit ends the block. */
class BlockAssembler {
  readonly #cleaning: CleanOptions;
  #lines: DocumentLine[] = [];
  #byteLength = 0;
  /** A blank line came: the next line begins a new block. */
  #closed = false;
  /** The open block begins in the middle of a line that was too long. */
  #continuing: boolean;
  #inFence: boolean;
  /** `#inFence` where the open block begins. */
  #beganInFence = false;

  constructor(cleaning: CleanOptions, { continuing = false, inFence = false }: Partial<BlockStart> = {}) {
    this.#cleaning = cleaning;
    this.#continuing = continuing;
    this.#inFence = inFence;
  }

  /** Takes the next line; returns the block that it ended, if it did. */
  add(line: DocumentLine): TextBlock | undefined {
    if (this.#isBlank(line.text)) {
      this.#closed = true;
      return undefined;
    }
    const fence = /^ {0,3}(?:```|~~~)/u.test(line.text);
    const heading = !this.#inFence && atxTitle(line.text.trimEnd()) !== undefined;
    const full = this.#byteLength + (line.endByte - line.startByte) > MAX_BLOCK_BYTES;
    const ended = this.#closed || heading || full ? this.#take('\n') : undefined;
    if (this.#lines.length === 0) this.#beganInFence = this.#inFence;
    this.#lines.push(line);
    this.#byteLength += line.endByte - line.startByte;
    this.#closed = heading || !line.complete;
    if (fence) this.#inFence = !this.#inFence;
    return ended;
  }

  /** Nothing to see, though there may be characters: old files end in U+001A, pages on the web are full of U+200B. */
  #isBlank(text: string): boolean {
    // The first look settles nearly every line; only the others are worth cleaning twice.
    return !/[\p{L}\p{N}\p{P}\p{S}]/u.test(text) && cleanText(text, this.#cleaning) === '';
  }

  finish(): TextBlock | undefined {
    return this.#take('');
  }

  #take(lineEnd: '' | '\n'): TextBlock | undefined {
    const [first, last] = [this.#lines[0], this.#lines.at(-1)];
    if (!first || !last) return undefined;
    const text = this.#lines.map((line) => line.text).join('');
    const cleaned = cleanText(text, this.#cleaning);
    const space = this.#continuing && /^\s/u.test(text) ? ' ' : '';
    const [startByte, startLine] = [first.startByte, first.number];
    const block: TextBlock = {
      startByte,
      endByte: last.endByte,
      startLine,
      endLine: last.number,
      text: cleaned === '' ? '' : space + cleaned + (last.complete ? lineEnd : ''),
      title: this.#inFence || this.#continuing || !last.complete ? undefined : paragraphTitle(cleaned),
      start: { startByte, startLine, continuing: this.#continuing, inFence: this.#beganInFence },
    };
    this.#continuing = !last.complete;
    this.#lines = [];
    this.#byteLength = 0;
    return block;
  }
}
