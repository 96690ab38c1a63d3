/**
 * Bundles every program of tools/tune/ into dist-tests/tune-NAME.mjs: with Node 24 and the npm package `webgpu` beside it,
 * each runs on a machine where no other package can be installed, such as one with a large GPU.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { embedShaders } from './buildCli.ts';

const ROOT = join(import.meta.dirname, '..');
const TUNE = join(ROOT, 'tools', 'tune');

for (const file of readdirSync(TUNE).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')))
  await build({
    entryPoints: [join(TUNE, file)],
    outfile: join(ROOT, 'dist-tests', `tune-${basename(file, '.ts')}.mjs`),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['webgpu'],
    plugins: [embedShaders],
    logLevel: 'warning',
  });
