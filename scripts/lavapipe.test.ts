/** Where lavapipe is fetched, and what is said where it cannot be; the real download is the first step of its GPU tests. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { archivesOf, isDebian12, lavapipeEnvironment, LavapipeMissing, type RunProgram } from './lavapipe.ts';

const DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n';
const machine = { platform: 'linux', arch: 'x64', osRelease: DEBIAN_12 };
const SOURCES = `'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0 `;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anser-lavapipe-'));
});
afterEach(() => rm(folder, { recursive: true }));

function failure(run: RunProgram, on = machine): LavapipeMissing {
  try {
    lavapipeEnvironment({ folder: join(folder, 'lavapipe'), machine: on, run });
  } catch (error) {
    if (error instanceof LavapipeMissing) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

test.each([
  ['x64 Debian 12', machine, true],
  ['Debian 13', { ...machine, osRelease: 'ID=debian\nVERSION_CODENAME=trixie\n' }, false],
  [
    'a distribution built on Debian',
    { ...machine, osRelease: 'ID=other\nID_LIKE=debian\nVERSION_CODENAME=bookworm\n' },
    false,
  ],
  ['arm64', { ...machine, arch: 'arm64' }, false],
  ['macOS', { ...machine, platform: 'darwin', osRelease: '' }, false],
])('%s', (_, on, fits) => {
  expect(isDebian12(on)).toBe(fits);
});

test('takes the archives from the sources of the system, once each, and leaves other suites', () => {
  const printed = [
    `'https://other.example/tools/dists/stable/InRelease' other 0 `,
    SOURCES,
    `'http://mirror.example/debian/dists/bookworm-updates/InRelease' updates 0 `,
    `'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' packages 0 `,
    `'https://second.example/dists/bookworm/InRelease' second 0 `,
    SOURCES,
  ];
  expect(archivesOf(printed.join('\n'))).toEqual(['http://mirror.example/debian/', 'https://second.example/']);
});

test('another machine is told so, and no program runs', () => {
  const run = (): string => {
    throw new Error('not to be run');
  };
  expect(failure(run, { ...machine, arch: 'arm64' }).message).toContain('Debian 12');
});

test('without apt the error says so', () => {
  const run = (): string => {
    throw Object.assign(new Error('spawnSync apt-get ENOENT'), { code: 'ENOENT', syscall: 'spawnSync apt-get' });
  };
  const error = failure(run);
  expect(error.message).toContain('missing');
  expect(error.nextStep).toContain('Install apt');
});

test('without a network the error holds what apt said, and nothing half-done stays', async () => {
  const run: RunProgram = (_, args) => {
    if (args.includes('--print-uris')) return SOURCES;
    if (args.includes('update')) throw new Error('E: Temporary failure resolving');
    return '';
  };
  const error = failure(run);
  expect(error.message).toContain('Temporary failure resolving');
  expect(error.nextStep).toContain('network');
  expect(await readdir(folder)).toEqual([]);
});

test('what was fetched once is taken again without apt, and comes before inherited libraries', async () => {
  const run = (): string => {
    throw new Error('not to be run');
  };
  vi.stubEnv('LD_LIBRARY_PATH', '/inherited');
  const environment = lavapipeEnvironment({ folder, machine, run });
  vi.unstubAllEnvs();
  expect(environment).toMatchObject({
    ANSER_TEST_ADAPTER: 'lavapipe',
    VK_DRIVER_FILES: join(folder, 'lvp_icd.json'),
    VK_ICD_FILENAMES: join(folder, 'lvp_icd.json'),
  });
  const [first, ...rest] = environment['LD_LIBRARY_PATH']?.split(':') ?? [];
  expect(first).toBe(join(folder, 'root/usr/lib/x86_64-linux-gnu'));
  expect(rest.at(-1)).toBe('/inherited');
});
