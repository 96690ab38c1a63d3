/**
 * Runs something on the bundled Node 24, whatever Node npm itself runs on:
 *   node scripts/run.mjs FILE.ts [args]      a script of ours
 *   node scripts/run.mjs --bin NAME [args]   the executable NAME of an installed package
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { node24Path } from './node24.mjs';

const require = createRequire(import.meta.url);

/** The JavaScript file behind the executable `name` of an npm package of the same or the given name. */
function binScript(name) {
  const packageName = { tsc: 'typescript', 'electron-vite': 'electron-vite' }[name] ?? name;
  // Not every package exports its package.json: look for the folder instead.
  const folder = require.resolve.paths(packageName).map((path) => join(path, packageName)).find((path) => {
    try {
      return Boolean(readFileSync(join(path, 'package.json')));
    } catch {
      return false;
    }
  });
  if (!folder) throw new Error(`The npm package ${packageName} is missing. Run "npm ci".`);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

const [first, second, ...rest] = process.argv.slice(2);
const args = first === '--bin' ? [binScript(second), ...rest] : [first, ...(second === undefined ? [] : [second]), ...rest];
const node = node24Path();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], {
  stdio: 'inherit',
  // Tools that spawn "node" themselves must find the same one.
  env: { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
