/** Where the files lie that reading a PDF needs besides the program: beside the bundled program, or in the repository. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the predefined character maps (`*.bcmap`). */
export function characterMapFolder(): string {
  const bundled = fileURLToPath(new URL('./cmaps', import.meta.url));
  if (existsSync(bundled)) return bundled;
  return join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), 'cmaps');
}

/** The program of the thread that parses. */
export function workerProgram(): URL {
  const bundled = new URL('./pdf/worker.mjs', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./worker.ts', import.meta.url);
}
