/**
 * Loads pdf.js for reading text only, in this thread. It wants a canvas and asks for an add-on that has one; we show it
 * nothing, so that the add-on stays out of the process. It changes the global scope: not for a thread with other work.
 */
import { registerHooks } from 'node:module';
import type * as Pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';

export type PdfjsModule = typeof Pdfjs;

const CANVAS_PACKAGE = '@napi-rs/canvas';
const NO_CANVAS = 'anser:no-canvas';
/** Two classes that pdf.js names while it loads; only drawing would use them. */
const NO_CANVAS_SOURCE = 'module.exports = { DOMMatrix: class {}, Path2D: class {} };';

export async function loadPdfjs(): Promise<PdfjsModule> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === CANVAS_PACKAGE
        ? { url: NO_CANVAS, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === NO_CANVAS ? { format: 'commonjs', source: NO_CANVAS_SOURCE, shortCircuit: true } : next(url, context),
  });
  try {
    const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
    // It would be loaded from a path of its own, which a bundle does not have.
    await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
    return pdfjs;
  } finally {
    hooks.deregister();
  }
}
