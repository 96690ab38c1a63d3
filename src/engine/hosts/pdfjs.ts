/**
 * Loads pdf.js for reading text only, in this thread. It wants a canvas and asks for an add-on that has one; we show
 * nothing, so that add-on stays out of the process, and what pdf.js leaves in the global scope goes again.
 */
import { registerHooks } from 'node:module';
import type * as Pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';

export type PdfjsModule = typeof Pdfjs;

const CANVAS_PACKAGE = '@napi-rs/canvas';
const NO_CANVAS = 'anser:no-canvas';
/** Two classes that pdf.js names while it loads; only drawing would use them. */
const NO_CANVAS_SOURCE = 'module.exports = { DOMMatrix: class {}, Path2D: class {} };';
/** Set by pdf.js for browsers and its own tests. `pdfjsWorker`, where it finds its second half, must stay. */
const LEFT_BEHIND = ['DOMMatrix', 'Path2D', 'self', 'pdfjsLib', '_pdfjsTestingUtils'];

let loading: Promise<PdfjsModule> | undefined;

/** pdf.js, once a process. */
export function loadPdfjs(): Promise<PdfjsModule> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PdfjsModule> {
  const ours = LEFT_BEHIND.filter((name) => !(name in globalThis));
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
    for (const name of ours) Reflect.deleteProperty(globalThis, name);
  }
}
