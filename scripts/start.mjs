/**
 * Starts the window: in Electron, whose binary npm does not bring (says how to get it), or with --browser in the user's
 * browser; with --test the tests of the whole app, in Electron. Builds the page first. Plain JavaScript, because the
 * system's Node runs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24Path } from './node24.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode] = process.argv.slice(2).filter((argument) => argument === '--browser' || argument === '--test');
const rest = process.argv.slice(mode ? 3 : 2);

function run(...args) {
  const env = { ...process.env, ANSER_NODE: node24Path(), ...(mode === '--test' && { ANSER_SHELL: 'electron' }) };
  return spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), ...args], { cwd: root, stdio: 'inherit', env })
    .status;
}

const build = () => run('--bin', 'electron-vite', 'build', '--logLevel', 'warn');

if (mode === '--browser') process.exitCode = build() || run('src/main/serve/main.ts', ...rest);
else if (!existsSync(join(root, 'node_modules', 'electron', 'path.txt'))) {
  process.stderr.write(
    'The desktop window needs the Electron binary, which "npm ci" does not download.\n' +
      'Get it with "npx install-electron", then try again.\n' +
      'Without it, "npm run serve" opens the same app in your browser, and "npm run anser" works in the terminal.\n',
  );
  process.exitCode = 1;
} else if (mode === '--test')
  process.exitCode = build() || run('--bin', 'vitest', 'run', '--project', 'e2e', 'e2e/journey.e2e.test.ts', ...rest);
else process.exitCode = build() || run('--bin', 'electron', '.', ...rest);
