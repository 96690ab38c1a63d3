/** The WGSL sources: from the folder `shaders/` in a checkout, from the bundle where the build has put them in. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ShaderSources } from '../gpu/shader.ts';

/** Set by `scripts/bundle.ts` in the bundled program: path → text. */
declare const BUNDLED_SHADERS: Readonly<Record<string, string>> | undefined;

const FOLDERS = ['kernels', 'lib', 'weights'];

export function readShaders(): ShaderSources {
  if (typeof BUNDLED_SHADERS !== 'undefined') return new Map(Object.entries(BUNDLED_SHADERS));
  const root = new URL('../../../shaders/', import.meta.url);
  const sources = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const file of readdirSync(new URL(folder, root)))
      sources.set(`${folder}/${file.replace('.wgsl', '')}`, readFileSync(new URL(`${folder}/${file}`, root), 'utf8'));
  return sources;
}
