/** The engine's end of the thread that parses a PDF: reads the file for it, takes the parts, ends it. */
import { Worker } from 'node:worker_threads';
import { EngineError } from '../../api/errors.ts';
import type { ParsedPart } from '../../documents/parse/parser.ts';
import { readBytes } from '../../documents/readBytes.ts';
import type { ByteSource } from '../../formats/byteSource.ts';
import { workerProgram } from './files.ts';
import type { FromPdfWorker, PdfWorkerData, ToPdfWorker } from './messages.ts';
import { damagedPdf, oversizedPdf } from './pdfErrors.ts';

export class PdfThread {
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  readonly #worker: Worker;
  /** Why there will be no more parts. */
  #failure: { readonly reason: unknown } | undefined;
  #wanted = Promise.withResolvers<ParsedPart | undefined>();

  /** @param memoryMb what pdf.js may take before the file is given up */
  constructor(source: ByteSource, signal: AbortSignal | undefined, memoryMb: number) {
    this.#source = source;
    this.#signal = signal;
    const workerData: PdfWorkerData = { name: source.name, size: source.size };
    this.#worker = new Worker(workerProgram(), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // Whatever is printed there is for nobody.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: FromPdfWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(threadError(error, source.name)));
    this.#worker.on('exit', () => this.#fail(damagedPdf(source.name)));
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /**
   * The next part; undefined after the last one.
   * @throws EngineError `document-unreadable`; the signal's reason
   */
  async next(): Promise<ParsedPart | undefined> {
    this.#wanted = Promise.withResolvers();
    if (this.#failure) this.#wanted.reject(this.#failure.reason);
    else this.#post({ type: 'next' });
    return await this.#wanted.promise;
  }

  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    await this.#worker.terminate();
  }

  #take(message: FromPdfWorker): void {
    switch (message.type) {
      case 'read': {
        const { id, offset, length } = message;
        readBytes(this.#source, offset, length).then((bytes) => this.#post({ type: 'bytes', id, bytes }), this.#fail);
        return;
      }
      case 'part':
        return this.#wanted.resolve(message.part);
      case 'end':
        return this.#wanted.resolve(undefined);
      case 'failed':
        return this.#fail(new EngineError('document-unreadable', message.message, { nextStep: message.nextStep }));
    }
  }

  #post(message: ToPdfWorker): void {
    this.#worker.postMessage(message);
  }

  /** The first failure counts. */
  readonly #fail = (reason: unknown): void => {
    this.#failure ??= { reason };
    this.#wanted.reject(this.#failure.reason);
  };

  readonly #abort = (): void => this.#fail(this.#signal?.reason);
}

function threadError(cause: unknown, name: string): EngineError {
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? oversizedPdf(name, cause) : damagedPdf(name, cause);
}
