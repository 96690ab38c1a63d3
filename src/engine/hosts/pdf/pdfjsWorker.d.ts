/** The half of pdf.js that parses; it comes without types, and we only load it. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown;
}
