/** The WGSL sources, from the folder `shaders/`. The bundled program has a module with their texts in this one's place. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ShaderSources } from '../gpu/shader.ts';

const FOLDERS = ['kernels', 'lib', 'quantise', 'rows', 'tiles', 'weights'];

export function readShaderSources(): ShaderSources {
  const root = new URL('../../../shaders/', import.meta.url);
  const sources = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const file of readdirSync(new URL(folder, root)))
      sources.set(`${folder}/${file.replace('.wgsl', '')}`, readFileSync(new URL(`${folder}/${file}`, root), 'utf8'));
  return sources;
}
