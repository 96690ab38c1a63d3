/**
 * Bundles every program of tools/tune/ into dist-tests/tune-<name>.mjs: with Node 24 and the npm package `webgpu` beside it,
 * such a file chooses tuned constants on a machine where no other package can be installed.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { embedShaders } from './buildCli.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'tools/tune');

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.ts')))
  await build({
    entryPoints: [join(FOLDER, file)],
    outfile: join(ROOT, 'dist-tests', `tune-${basename(file, '.ts')}.mjs`),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['webgpu'],
    plugins: [embedShaders],
    logLevel: 'warning',
  });
