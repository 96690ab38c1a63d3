/**
 * Bundles the tests of kernels, model and laws into dist-tests/gpuTests.mjs, with the demo model and a text beside it:
 * with Node 24 and the npm package `webgpu` it runs them on a machine where no other package can be installed, such as
 * one with a large GPU. There the demo model reads all 50,000 tokens.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { embedShaders } from './buildCli.ts';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist-tests');

rmSync(OUT, { recursive: true, force: true });

await build({
  stdin: {
    contents: `import './src/engine/kernels/kernels.gpu.test.ts';
      import './src/engine/kernels/normMix.gpu.test.ts';
      import './src/engine/kernels/wkv.gpu.test.ts';
      import './src/engine/kernels/matMatUnits.gpu.test.ts';
      import './src/engine/rwkv7/model.gpu.test.ts';
      import './test/demoModel.gpu.test.ts';
      import './src/engine/kernels/decode.gpu.test.ts';
      import './src/engine/kernels/quantise.gpu.test.ts';
      import './src/engine/kernels/dequantise.gpu.test.ts';
      import './src/engine/rwkv7/decodeRun.gpu.test.ts';
      import './src/engine/rwkv7/batch.gpu.test.ts';
      import './src/engine/rwkv7/layeredPrecision.gpu.test.ts';
      import './src/engine/rwkv7/wholeLayers.gpu.test.ts';
      import './test/longRead.gpu.test.ts';
      import { runTests } from 'vitest';
      await runTests();
      process.exit();`,
    resolveDir: ROOT,
  },
  outfile: join(OUT, 'gpuTests.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: ['webgpu'],
  alias: { vitest: join(ROOT, 'test/support/portableVitest.ts') },
  plugins: [embedShaders],
  logLevel: 'warning',
});
cpSync(join(ROOT, 'resources/models'), join(OUT, 'resources/models'), { recursive: true });
cpSync(join(ROOT, 'test/data/heldout.txt'), join(OUT, 'data/heldout.txt'));
