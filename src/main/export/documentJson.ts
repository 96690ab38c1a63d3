/** A document's summaries and answers as JSON, for other programs. */
import type { DocumentReport } from './documentReport.ts';

/** Raised when fields change their meaning. */
const VERSION = 1;

export const documentJson = (report: DocumentReport): string =>
  `${JSON.stringify({ kind: 'anser-document', version: VERSION, ...report }, null, 2)}\n`;
