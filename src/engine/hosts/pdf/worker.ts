/**
 * The thread that parses a PDF: pdf.js computes for long without a pause, and what is wrong with a file it may throw at
 * nobody in particular. Here neither can hurt the engine, and ending it is ending the thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert, EngineError } from '../../api/errors.ts';
import type { ByteSource } from '../../formats/byteSource.ts';
import type { FromPdfWorker, PdfWorkerData, ToPdfWorker } from './messages.ts';
import { pdfParts } from './pages.ts';
import { damagedPdf } from './pdfErrors.ts';

assert(parentPort, 'this is the program of a worker');
const port = parentPort;
const { name, size } = workerData as PdfWorkerData;

// A promise that pdf.js has lost sight of; those that matter come to us, too.
process.on('unhandledRejection', () => undefined);

/** A part is wanted. */
let working = false;
let nextRead = 0;
const reads = new Map<number, (bytes: Uint8Array<ArrayBuffer>) => void>();
const source: ByteSource = {
  name,
  size,
  read: (offset, length) =>
    new Promise((resolve) => {
      const id = nextRead++;
      reads.set(id, resolve);
      holdThread();
      post({ type: 'read', id, offset, length });
    }),
  close: () => Promise.resolve(),
};
const parts = pdfParts(source);

port.on('message', (message: ToPdfWorker) => {
  switch (message.type) {
    case 'next':
      void answerNext();
      return;
    case 'bytes':
      reads.get(message.id)?.(message.bytes);
      reads.delete(message.id);
      holdThread();
  }
});

/**
 * The thread lives on while it waits for a message. When it waits for pdf.js alone and that has nothing more to do, a
 * promise was lost: then the thread ends, which the other side hears, instead of waiting for ever.
 */
function holdThread(): void {
  if (working && reads.size === 0) port.unref();
  else port.ref();
}

async function answerNext(): Promise<void> {
  working = true;
  holdThread();
  try {
    const { value, done } = await parts.next();
    post(done ? { type: 'end' } : { type: 'part', part: value });
  } catch (error) {
    const { message, nextStep } = error instanceof EngineError ? error : damagedPdf(name, error);
    post({ type: 'failed', message, nextStep });
  }
  working = false;
  holdThread();
}

function post(message: FromPdfWorker): void {
  port.postMessage(message);
}
