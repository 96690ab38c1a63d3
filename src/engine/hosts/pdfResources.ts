/** Where the data files of pdf.js lie: beside the bundled program, or in its package. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the predefined character maps (`*.bcmap`). */
export function characterMapFolder(): string {
  const bundled = fileURLToPath(new URL('./pdf/cmaps', import.meta.url));
  if (existsSync(bundled)) return bundled;
  return join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), 'cmaps');
}
