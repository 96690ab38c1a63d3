/** What a parser of one file format is: bytes in, a stream of plain text out, with the pages where the format has them. */
import type { DocumentFacts } from '../../api/schemas.ts';
import type { ByteSource } from '../../formats/byteSource.ts';

export type DocumentFormat = DocumentFacts['format'];

export interface ParseOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a reader of the document should know about how it was understood. */
export interface ParseWarning {
  readonly code:
    | 'scanned-pages' // pages without text, `count` of them
    | 'damaged-pages' // pages that could not be parsed, `count` of them
    | 'odd-encoding' // the encoding is a guess, or `count` characters made no sense in it
    | 'very-long'; // reading takes very long: `count` tokens
  readonly count?: number;
}

/** A heading as the format marks it. */
export interface MarkedHeading {
  readonly title: string;
  /** 1 for the topmost. */
  readonly level: number;
}

/** A page, or a stretch of text. The texts of all parts joined are the document's text. */
export interface ParsedPart {
  readonly text: string;
  /** The page that this part is, counted from 1; undefined where the format has no pages. Each page comes once. */
  readonly page?: number;
  /** How much of the file is behind us, 0 to 1. */
  readonly fraction: number;
  /** Headings that stand at the beginning of this part. */
  readonly headings?: readonly MarkedHeading[];
  /** The document's own title, once it is known. */
  readonly title?: string | undefined;
  readonly warnings?: readonly ParseWarning[];
}

export interface DocumentParser {
  readonly id: DocumentFormat;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /**
   * Parses front to back, in memory that does not grow with the document.
   * @throws EngineError `document-unreadable`; the signal's reason
   */
  parse(source: ByteSource, options: ParseOptions): AsyncIterable<ParsedPart>;
}
