/** The window needs Electron's binary, which npm does not bring: says how to get it, and starts the app where it is. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (!existsSync(join(root, 'node_modules', 'electron', 'path.txt'))) {
  process.stderr.write(
    'The window needs the Electron binary, which "npm ci" does not download.\n' +
      'Get it with "npx install-electron", then run "npm start" again. The terminal program needs none: "npm run anser".\n',
  );
  process.exitCode = 1;
} else {
  const run = (args) =>
    spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), '--bin', ...args], { cwd: root, stdio: 'inherit' });
  process.exitCode = run(['electron-vite', 'build']).status || run(['electron', '.']).status;
}
