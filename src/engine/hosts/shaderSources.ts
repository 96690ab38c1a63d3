/** Reads the WGSL of `shaders/`. The bundled program has this module replaced by one that holds the same texts. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../shaders/', import.meta.url));

/** WGSL texts by path below `shaders/` without the extension, e.g. `kernels/mat_vec`. */
export function readShaderSources(folder = FOLDER): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wgsl'));
  return new Map(
    files
      .toSorted()
      .map((file) => [file.replaceAll('\\', '/').replace(/\.wgsl$/, ''), readFileSync(join(folder, file), 'utf8')]),
  );
}
