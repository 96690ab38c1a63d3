/** Where the files lie that are shipped with the program: in the repository, or beside the bundled program. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file below `resources/`, e.g. `vocabulary/rwkv_vocab_v20230424.txt`; it need not exist. */
export function resourcePath(name: string): string {
  const bundled = fileURLToPath(new URL('./resources/', import.meta.url));
  const folder = existsSync(bundled) ? bundled : fileURLToPath(new URL('../../../resources/', import.meta.url));
  return `${folder}${name}`;
}
