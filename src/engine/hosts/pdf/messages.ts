/** What is said between the thread that parses a PDF and the one that reads the file and wants the pages. */
import type { ParsedPart } from '../../documents/parse/parser.ts';

/** What the worker is started with. */
export interface PdfWorkerData {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

export type ToPdfWorker =
  /** The next part is wanted. */
  | { readonly type: 'next' }
  /** The answer to `read`. */
  | { readonly type: 'bytes'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> };

export type FromPdfWorker =
  | { readonly type: 'read'; readonly id: number; readonly offset: number; readonly length: number }
  | { readonly type: 'part'; readonly part: ParsedPart }
  | { readonly type: 'end' }
  /** Of an EngineError `document-unreadable`. */
  | { readonly type: 'failed'; readonly message: string; readonly nextStep: string | undefined };
