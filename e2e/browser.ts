/**
 * A headless Chromium for tests that needs nothing but npm: the one inside @sparticuz/chromium, with the libraries and
 * fonts that bare machines lack. ANSER_BROWSER names another Chromium, for platforms that the package does not serve.
 */
import { createReadStream, createWriteStream, existsSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright';
import { unpackOnce } from '../src/engine/hosts/tarArchive.ts';

const CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'anser');

/** @param fontconfig a file that says which fonts there are; by default the package's and the system's */
export async function launchBrowser(fontconfig?: string): Promise<Browser> {
  const given = process.env['ANSER_BROWSER'];
  const fonts = fontconfig === undefined ? {} : { FONTCONFIG_FILE: fontconfig };
  if (given !== undefined) return chromium.launch({ executablePath: given, env: { ...definedVariables(), ...fonts } });
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no Chromium in npm for this platform: set ANSER_BROWSER to the path of one.');
  const archives = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'bin');
  const libraries = join(unpackOnce(join(archives, 'al2023.tar.br'), CACHE, 'libraries'), 'lib');
  return chromium.launch({
    executablePath: await unpackChromium(join(archives, 'chromium.br')),
    // Containers, where tests run as root, offer no sandbox to a browser. It shows our own page only.
    args: ['--no-sandbox', '--no-zygote'],
    env: {
      ...definedVariables(),
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_FILE: fontconfig ?? prepareFonts(join(archives, 'fonts.tar.br')),
    },
  });
}

function definedVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Appears whole, by a rename. The package's lock file entry pins the version; a new one is unpacked after `npm ci`. */
async function unpackChromium(archive: string): Promise<string> {
  const program = join(unpackOnce(join(dirname(archive), 'swiftshader.tar.br'), CACHE, 'chromium'), 'headless_shell');
  if (existsSync(program)) return program;
  const partial = `${program}.${process.pid}`;
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(partial, { mode: 0o755 }));
  renameSync(partial, program);
  return program;
}

/** Unpacks fonts and writes a fontconfig file that names their folder and the system's; returns the file's path. */
function prepareFonts(archive: string): string {
  const folder = unpackOnce(archive, CACHE, 'fonts');
  const file = join(folder, 'anser-fonts.conf');
  const folders = [folder, '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`).join('');
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`,
  );
  return file;
}
