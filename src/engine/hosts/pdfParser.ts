/** PDF, page by page, by pdf.js in a thread of its own. The text only: pictures of text are told, not read. */
import type { DocumentParser } from '../documents/parse/parser.ts';
import { PdfThread } from './pdf/thread.ts';

/** Fonts and one page are small; what takes this much is made to. */
const MEMORY_MB = 1024;

/** @param memoryMb what parsing may take */
export const createPdfParser = (memoryMb = MEMORY_MB): DocumentParser => ({
  id: 'pdf',
  extensions: ['.pdf'],
  parse: async function* (source, { signal }) {
    signal?.throwIfAborted();
    const thread = new PdfThread(source, signal, memoryMb);
    try {
      for (let part = await thread.next(); part !== undefined; part = await thread.next()) {
        yield part;
        signal?.throwIfAborted();
      }
    } finally {
      await thread.end();
    }
  },
});
