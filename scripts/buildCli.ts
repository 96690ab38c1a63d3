/**
 * Bundles the terminal program into a folder that is enough by itself, given a Node 24: one JavaScript file with the
 * WGSL inside, beside it Dawn for this platform, the software adapter's archive and the resources.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { readShaderSources } from '../src/engine/hosts/shaderSources.ts';

const ROOT = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** Replaces the module that reads the shader folder by one that holds the texts. */
export const embedShaders: Plugin = {
  name: 'embed-shaders',
  setup: (build) => {
    build.onLoad({ filter: /hosts[\\/]shaderSources\.ts$/ }, () => ({
      contents: `const sources = new Map(${JSON.stringify([...readShaderSources()])});
        export const readShaderSources = () => sources;`,
    }));
  },
};

/** Dawn's add-on for this platform, in a package folder where the bundle's `import 'webgpu'` finds it. */
function copyDawn(outFolder: string): void {
  const source = dirname(require.resolve('webgpu'));
  const target = join(outFolder, 'node_modules', 'webgpu');
  const platform = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  for (const part of ['package.json', 'index.js', 'LICENSE.md', `dist/${platform}`])
    cpSync(join(source, part), join(target, part), { recursive: true });
}

/**
 * Builds the program of the thread that parses PDFs, with the character maps that it reads, to where `hosts/pdf/files.ts`
 * looks for them: `pdf/` beside the bundle, which lies in `outFolder`.
 */
export async function buildPdfWorker(outFolder: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'src/engine/hosts/pdf/worker.ts')],
    outfile: join(outFolder, 'pdf', 'worker.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What is found nowhere is shown as nothing by `hosts/pdf/pdfjs.ts`.
    external: ['@napi-rs/canvas'],
    logLevel: 'error',
  });
  const source = dirname(require.resolve('pdfjs-dist/package.json'));
  for (const part of ['cmaps', 'LICENSE'])
    cpSync(join(source, part), join(outFolder, 'pdf', part), { recursive: true });
}

/** Builds `entry` into `outFolder`/`fileName`, replacing the folder. */
export async function buildCli(entry: string, outFolder: string, fileName = 'anser.mjs'): Promise<void> {
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(outFolder, { recursive: true });
  await build({
    entryPoints: [entry],
    outfile: join(outFolder, fileName),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['webgpu'],
    plugins: [embedShaders],
    logLevel: 'warning',
  });
  await buildPdfWorker(outFolder);
  copyDawn(outFolder);
  const chromium = join(dirname(require.resolve('@sparticuz/chromium')), '..', 'bin');
  cpSync(join(chromium, 'swiftshader.tar.br'), join(outFolder, 'swiftshader.tar.br'));
  cpSync(join(ROOT, 'resources'), join(outFolder, 'resources'), { recursive: true, dereference: true });
  cpSync(join(ROOT, 'LICENSE'), join(outFolder, 'LICENSE'));
}

if (import.meta.main) {
  await buildCli(join(ROOT, 'src/engine/cli/main.ts'), join(ROOT, 'dist'));
  process.stdout.write('Built dist/: run it with a Node 24, `node dist/anser.mjs --help`.\n');
}
