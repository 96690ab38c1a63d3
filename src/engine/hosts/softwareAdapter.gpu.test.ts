/** The software adapter in fresh processes, from outside (environment) and from inside (enableSoftwareAdapter). */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { softwareAdapterEnvironment } from './softwareAdapter.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./softwareAdapter.probe.ts', import.meta.url));
let cacheFolder: string;

beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'anser-adapter-'));
});
afterAll(() => rm(cacheFolder, { recursive: true }));

/** Runs the probe with no variable that points at a Vulkan driver or loader, except those given. */
async function probe(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<unknown> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VK_|LD_LIBRARY_PATH$)/.test(name));
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  return JSON.parse(stdout);
}

test('a process started with the environment computes on SwiftShader', async () => {
  const environment = softwareAdapterEnvironment(cacheFolder, 'swiftshader');
  const result = await probe([], environment);
  expect(result).toMatchObject({
    atStart: expect.stringContaining('SwiftShader') as unknown,
    squares: [0, 1, 4, 9, 16],
  });
});

test('a running process can enable SwiftShader and compute on it', async () => {
  const result = await probe([cacheFolder], {});
  expect(result).toMatchObject({
    enabled: expect.stringContaining('SwiftShader') as unknown,
    squares: [0, 1, 4, 9, 16],
  });
});
