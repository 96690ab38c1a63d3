/** The bundle, away from the repository and its node_modules, finds its shaders, Dawn, the adapter, resources and pdf.js. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readShaderSources } from '../src/engine/hosts/shaderSources.ts';
import { buildCli } from './buildCli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a bundled program runs on its own', async () => {
  const out = join(folder, 'dist');
  await buildCli(join(import.meta.dirname, 'buildCli.probe.ts'), out);
  const environment = Object.entries(process.env).filter(([name]) => !/^(VK_|LD_LIBRARY_PATH$|NODE_PATH$)/.test(name));
  const { stdout } = await promisify(execFile)(process.execPath, [join(out, 'anser.mjs'), join(folder, 'cache')], {
    cwd: folder,
    env: Object.fromEntries(environment),
  });
  expect(JSON.parse(stdout)).toEqual({
    pdfText: '灯塔\n\n',
    shaders: [...readShaderSources().keys()],
    adapter: true,
    vocabulary: join(out, 'resources', 'vocabulary'),
  });
});
