#!/usr/bin/env node
/**
 * Starts the terminal program on the bundled Node 24; plain JavaScript, because the system's Node runs it. The child's
 * standard output, on which the GPU library prints remarks, becomes our standard error; its results come through
 * descriptor 3 to our standard output.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { node24Path } from './node24.mjs';

const RESULT_FD = 3;
const main = fileURLToPath(new URL('../src/engine/cli/main.ts', import.meta.url));

const child = spawn(node24Path(), ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
  stdio: ['inherit', 2, 2, 1],
  env: { ...process.env, ANSER_RESULT_FD: String(RESULT_FD) },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`The bundled Node cannot be started: ${error.message}\nRun "npm ci" again.\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
