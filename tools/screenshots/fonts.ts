/**
 * Type for the pictures. A desktop has it, a bare machine has not even Chinese: it comes from npm, with a lock file of its
 * own, because nothing else needs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'fonts');
const PACKAGES = join(FOLDER, 'node_modules', '@expo-google-fonts');
/** What `system-ui` and the generic families stand for; the first that has a character draws it. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  'system-ui': ['Inter', 'Noto Sans SC'],
  sans: ['Inter', 'Noto Sans SC'],
  'sans-serif': ['Inter', 'Noto Sans SC'],
  serif: ['Source Serif 4', 'Noto Sans SC'],
  monospace: ['JetBrains Mono', 'Noto Sans SC'],
};

/** Installs the fonts if they are missing. @returns a fontconfig file that knows them and no others */
export function prepareFonts(): string {
  // npm writes this record last, so that an interrupted installation is made again.
  if (!existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) install();
  const cache = join(FOLDER, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'fonts.conf');
  const aliases = Object.entries(FAMILIES).map(
    ([family, preferred]) =>
      `<match><test name="family"><string>${family}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong">` +
      `${preferred.map((name) => `<string>${name}</string>`).join('')}</edit></match>`,
  );
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${PACKAGES}</dir><cachedir>${cache}</cachedir>${aliases.join('')}</fontconfig>`,
  );
  return file;
}

/** By the npm that runs us, or else the one on the PATH. */
function install(): void {
  const script = process.env['npm_execpath'];
  const command = script === undefined ? 'npm ci' : `"${process.execPath}" "${script}" ci`;
  process.stderr.write('Installing fonts into tools/screenshots/fonts …\n');
  // A shell, because on Windows npm is a .cmd file.
  const { status } = spawnSync(command, { cwd: FOLDER, stdio: ['ignore', process.stderr, 'inherit'], shell: true });
  if (status !== 0) throw new Error('The fonts could not be installed: run "npm ci" in tools/screenshots/fonts.');
}
