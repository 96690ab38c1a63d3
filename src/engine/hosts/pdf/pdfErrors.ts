/** What can be wrong with a PDF, worded alike on both sides of the thread. */
import { EngineError } from '../../api/errors.ts';

/** For a file that pdf.js makes nothing of. */
export const damagedPdf = (name: string, cause?: unknown): EngineError =>
  new EngineError('document-unreadable', `${name} is damaged, or not a PDF.`, {
    cause,
    nextStep: 'Download or copy it again, or save it anew from a PDF reader.',
  });

export const protectedPdf = (name: string, cause: unknown): EngineError =>
  new EngineError('document-unreadable', `${name} is protected by a password.`, {
    cause,
    nextStep: 'Open it in a PDF reader, print it to a new PDF without a password, and open that file.',
  });

export const scannedPdf = (name: string): EngineError =>
  new EngineError('document-unreadable', `${name} is scanned: its pages are pictures and hold no text.`, {
    nextStep: 'Run it through text recognition (OCR), which many PDF programs offer, and open the result.',
  });

export const oversizedPdf = (name: string, cause: unknown): EngineError =>
  new EngineError('document-unreadable', `${name} takes more memory than a document may.`, {
    cause,
    nextStep: 'Save it anew from a PDF reader, or split it, and open the result.',
  });
