#!/usr/bin/env node
/**
 * Starts the terminal program on the bundled Node 24; plain JavaScript, because the system's Node runs it. The child's
 * standard output, on which the GPU library prints remarks, becomes our standard error; its results come through
 * descriptor 3 to our standard output.
 */
import { fileURLToPath } from 'node:url';
import { runNode24 } from './node24.mjs';

const RESULT_FD = 3;
const program = (path) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));
const [command, ...rest] = process.argv.slice(2);

try {
  if (command === 'serve') runNode24([program('main/serve/main.ts'), ...rest], { stdio: 'inherit' });
  else
    runNode24([program('engine/cli/main.ts'), ...process.argv.slice(2)], {
      stdio: ['inherit', 2, 2, 1],
      env: { ...process.env, ANSER_RESULT_FD: String(RESULT_FD) },
    });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
