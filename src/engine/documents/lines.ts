/** Streams the lines of a document with their places in the file, in bounded memory: lines without end are cut. */
import type { ByteSource } from '../formats/byteSource.ts';
import { detectTextFormat, type TextFormat } from './encoding.ts';
import { readBytes } from './readBytes.ts';
import type { TextRange } from './sections.ts';

export interface DocumentLine {
  /** Decoded, with its line end. */
  readonly text: string;
  readonly startByte: number;
  readonly endByte: number;
  /** Counts from 1. */
  readonly number: number;
  /** False for a piece of a line that was too long, when more of that line follows. */
  readonly complete: boolean;
}

/** Bytes read at a time. */
const CHUNK_BYTES = 256 * 1024;

/** A part of a document, or all from a place on; it begins where a line (or a piece of one that was too long) does. */
export type LineRange = Pick<TextRange, 'startByte' | 'startLine'> & Partial<Pick<TextRange, 'endByte'>>;

/**
 * Yields lines of at most `longest` bytes (an even number), of the whole document or of `range`. A longer line is cut,
 * before a space where there is one, and never inside a character. Where a line begins decides all that follow: lines
 * from there on are the same whatever was read before, and so nothing before it needs to be read.
 * @throws EngineError `document-unreadable`
 */
export async function* documentLines(
  source: ByteSource,
  longest: number,
  range?: LineRange,
): AsyncGenerator<DocumentLine, void, undefined> {
  const format = await detectTextFormat(source);
  const end = range?.endByte ?? source.size;
  const reader = new LineCutter(format, longest, range?.startByte ?? format.startByte, range?.startLine ?? 1);
  for (let offset = reader.position; offset < end;) {
    const length = Math.min(CHUNK_BYTES, end - offset);
    const chunk = await readBytes(source, offset, length);
    offset += length;
    yield* reader.add(chunk, offset === end);
  }
}

/** Cuts chunks into lines and carries the unfinished line over to the next chunk. */
class LineCutter {
  readonly #format: TextFormat;
  readonly #longest: number;
  readonly #decoder: TextDecoder;
  /** Throws where a character is cut. */
  readonly #strict: TextDecoder;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Where `#rest` begins in the file. */
  position: number;
  #number: number;

  constructor(format: TextFormat, longest: number, position: number, firstNumber: number) {
    this.#format = format;
    this.#longest = longest;
    this.#decoder = new TextDecoder(format.encoding, { ignoreBOM: true });
    this.#strict = new TextDecoder(format.encoding, { ignoreBOM: true, fatal: true });
    this.position = position;
    this.#number = firstNumber;
  }

  *add(chunk: Uint8Array, isLast: boolean): Generator<DocumentLine> {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    let start = 0;
    while (start < bytes.length) {
      const newline = this.#lineEnd(bytes, start);
      const lineEnd = newline ?? (isLast ? bytes.length : undefined);
      if (lineEnd !== undefined && lineEnd - start <= this.#longest) {
        yield this.#line(bytes.subarray(start, lineEnd), true);
        this.#number++;
        start = lineEnd;
      } else if (bytes.length - start > this.#longest) {
        const length = this.#cutLength(bytes.subarray(start));
        yield this.#line(bytes.subarray(start, start + length), false);
        start += length;
      } else break;
    }
    this.#rest = bytes.slice(start);
  }

  #line(bytes: Uint8Array, complete: boolean): DocumentLine {
    const startByte = this.position;
    this.position += bytes.length;
    return { text: this.#decoder.decode(bytes), startByte, endByte: this.position, number: this.#number, complete };
  }

  /** Index just past the next line end within reach, or undefined. */
  #lineEnd(bytes: Uint8Array, start: number): number | undefined {
    const { newline, unitBytes } = this.#format;
    // The search never needs to look further: a longer line is cut anyway.
    const reach = bytes.subarray(0, start + this.#longest + unitBytes);
    if (unitBytes === 1) {
      const index = reach.indexOf(newline[0] ?? 0, start);
      return index === -1 ? undefined : index + 1;
    }
    for (let i = start; i + 1 < reach.length; i += 2)
      if (reach[i] === newline[0] && reach[i + 1] === newline[1]) return i + 2;
    return undefined;
  }

  /** How much of a line longer than `longest` to take: up to the last space in the second half, else whole characters. */
  #cutLength(bytes: Uint8Array): number {
    const longest = this.#longest;
    const space = this.#format.unitBytes === 1 ? bytes.subarray(0, longest).lastIndexOf(0x20) : -1;
    if (space > longest / 2) return space;
    // No character has more than four bytes. Where none of these lengths decodes, the bytes are broken anyway.
    const lengths = [longest, longest - 1, longest - 2, longest - 3];
    return lengths.find((length) => this.#decodes(bytes.subarray(0, length))) ?? longest;
  }

  #decodes(bytes: Uint8Array): boolean {
    try {
      this.#strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  }
}
