/**
 * Bundles the tests of kernels and model into dist-tests/gpuTests.mjs: with Node 24 and the npm package `webgpu` beside
 * it, that file runs them on a machine where no other package can be installed, such as one with a large GPU.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { embedShaders } from './buildCli.ts';

const ROOT = join(import.meta.dirname, '..');

await build({
  stdin: {
    contents: `import './src/engine/kernels/kernels.gpu.test.ts';
      import './src/engine/kernels/matMatUnits.gpu.test.ts';
      import './src/engine/rwkv7/model.gpu.test.ts';
      import { runTests } from 'vitest';
      await runTests();
      process.exit();`,
    resolveDir: ROOT,
  },
  outfile: join(ROOT, 'dist-tests', 'gpuTests.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: ['webgpu'],
  alias: { vitest: join(ROOT, 'test/support/portableVitest.ts') },
  plugins: [embedShaders],
  logLevel: 'warning',
});
