/** Opens a PDF through a byte source: pdf.js asks for the ranges it needs, so pictures are never read. */
import type { PDFDataRangeTransport, PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import { readBytes } from '../documents/readBytes.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { loadPdfjs, type PdfjsModule } from './pdfjs.ts';
import { characterMapFolder } from './pdfResources.ts';

const RANGE_BYTES = 256 * 1024;

export interface OpenPdf {
  readonly document: PDFDocumentProxy;
  /** Waits for `work`, or fails as soon as the file cannot be read or `signal` aborts. */
  until<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * @throws EngineError `document-unreadable` for what is protected by a password or no sound PDF; the signal's reason
 */
export async function openPdf(source: ByteSource, signal: AbortSignal | undefined): Promise<OpenPdf> {
  const pdfjs = await loadPdfjs();
  const interruption = new Interruption(signal);
  const task = pdfjs.getDocument({
    range: rangesOf(pdfjs, source, interruption),
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    // Nothing is printed, shown or fetched, and no font of this machine is asked.
    verbosity: pdfjs.VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    cMapUrl: 'cmaps/',
    cMapPacked: true,
    BinaryDataFactory: CharacterMaps,
  });
  const close = async (): Promise<void> => {
    interruption.end();
    await task.destroy();
  };
  try {
    return { document: await interruption.until(task.promise), until: (work) => interruption.until(work), close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw pdfError(error, source.name);
  }
}

/** What a failure of pdf.js means. */
export function pdfError(cause: unknown, name: string): EngineError {
  if (cause instanceof EngineError) return cause;
  if (cause instanceof Error && cause.name === 'PasswordException')
    return new EngineError('document-unreadable', `${name} is protected by a password.`, {
      cause,
      nextStep: 'Open it in a PDF reader, print it to a new PDF without a password, and open that file.',
    });
  return new EngineError('document-unreadable', `${name} is damaged, or not a PDF.`, {
    cause,
    nextStep: 'Download or copy it again, or save it anew from a PDF reader.',
  });
}

function rangesOf(pdfjs: PdfjsModule, source: ByteSource, interruption: Interruption): PDFDataRangeTransport {
  const transport = new pdfjs.PDFDataRangeTransport(source.size, null);
  transport.requestDataRange = (begin, end) => {
    const length = Math.min(end, source.size) - begin;
    readBytes(source, begin, length).then((bytes) => {
      transport.onDataRange(begin, bytes);
    }, interruption.fail);
  };
  return transport;
}

/** The maps from codes to characters that Asian PDFs name but do not hold; they come with pdf.js. */
class CharacterMaps {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    if (kind !== 'cMapUrl' || !/^[\w-]+\.bcmap$/u.test(filename)) throw new Error(`${filename} is not provided.`);
    return new Uint8Array(await readFile(join(characterMapFolder(), filename)));
  }
}

/** pdf.js cannot be told that reading failed, and would wait: whoever waits for it waits for this, too. */
class Interruption {
  readonly #failed = Promise.withResolvers<never>();
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.fail(this.#signal?.reason);

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    // Nobody may be waiting.
    this.#failed.promise.catch(() => undefined);
    if (signal?.aborted) this.#abort();
    signal?.addEventListener('abort', this.#abort);
  }

  readonly fail = (reason: unknown): void => this.#failed.reject(reason);

  until<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed.promise]);
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}
