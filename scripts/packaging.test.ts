/**
 * Packs the app for Linux with the real electron-builder around a stand-in for Electron's binary, which no install step
 * may need. What is looked at is ours: what lies where, and that the fuses are set.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** Where @electron/fuses looks for them: this mark, the version, how many, then one byte each ('0' off, '1' on). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = [
  'runAsNode',
  'cookies',
  'nodeOptions',
  'inspect',
  'asarIntegrity',
  'onlyAsar',
  'v8Snapshot',
  'file',
  'wasm',
];

let folder: string;
let app: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-packaging-'));
  const project = join(folder, 'project');
  // The parts as the builds leave them, in small.
  for (const name of ['electron-builder.yml', 'package.json', 'LICENSE', 'scripts/withoutNodeModules.mjs'])
    cpSync(join(ROOT, name), join(project, name));
  const put = (path: string, text: string): void => {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  put('out/main/index.js', 'main');
  put('out/renderer/index.html', 'page');
  put('src/secret.ts', 'source');
  put('dist-engine/engine/engine.mjs', 'engine');
  put('dist-engine/engine/resources/models/model.gguf', 'model');
  put('dist-engine/engine/resources/samples/lighthouse.md', 'sample');
  put('dist-engine/node/node', 'node');
  const electron = join(folder, 'electron');
  mkdirSync(join(electron, 'resources'), { recursive: true });
  mkdirSync(join(electron, 'locales'));
  const wire = Buffer.concat([Buffer.from([1, FUSES.length]), Buffer.from('1'.repeat(FUSES.length))]);
  writeFileSync(join(electron, 'electron'), Buffer.concat([Buffer.from(`\x7fELF ${FUSE_MARK}`), wire]), {
    mode: 0o755,
  });
  const builder = join(require.resolve('electron-builder/package.json'), '..', 'cli.js');
  execFileSync(
    process.execPath,
    [
      ...[builder, '--linux', 'dir', '--x64', '--publish', 'never', '--project', project],
      ...['-c.electronDist=' + electron, '-c.electronVersion=45.4.1'],
    ],
    { stdio: 'pipe', env: { ...process.env, npm_config_user_agent: 'npm' } },
  );
  app = join(project, 'dist-app', 'linux-unpacked');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the engine, its Node, its model and the sample lie beside the archive, where a plain Node can read them', () => {
  const resources = ['engine/resources/models/model.gguf', 'engine/resources/samples/lighthouse.md'];
  for (const path of ['node/node', 'engine/engine.mjs', ...resources, 'LICENSE.txt'])
    expect(existsSync(join(app, 'resources', path)), path).toBe(true);
});

test('the archive holds the built parts and nothing else', () => {
  const { listPackage } = require('@electron/asar') as {
    listPackage(path: string, options: { isPack: boolean }): string[];
  };
  const names = listPackage(join(app, 'resources', 'app.asar'), { isPack: false });
  expect(names.toSorted()).toEqual([
    '/out',
    '/out/main',
    '/out/main/index.js',
    '/out/renderer',
    '/out/renderer/index.html',
    '/package.json',
  ]);
});

test('the fuses close what an attacker would use', () => {
  const binary = readFileSync(join(app, 'anser'));
  const at = binary.indexOf(FUSE_MARK) + FUSE_MARK.length + 2;
  const state = Object.fromEntries(FUSES.map((name, i) => [name, String.fromCharCode(binary[at + i] ?? 0)]));
  expect(state).toMatchObject({
    ...{ runAsNode: '0', nodeOptions: '0', inspect: '0', file: '0' },
    ...{ cookies: '1', asarIntegrity: '1', onlyAsar: '1' },
  });
});
