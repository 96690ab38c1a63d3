/**
 * Installs llama.cpp for the parity check, in `peer/`, which has a lock file of its own: the packages are needed for nothing
 * else, and should not come with every `npm ci`. No install script runs, and npm's registry is the only address asked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../src/engine/api/errors.ts';

const PEER = join(import.meta.dirname, 'peer');
const BINARIES = 'node_modules/@node-llama-cpp/';

/** The part of a package-lock.json that is read here. */
export interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        /** Present where another package was put in this one's place. */
        readonly name?: string;
        readonly version?: string;
        readonly os?: readonly string[];
        readonly cpu?: readonly string[];
        readonly libc?: readonly string[];
      }
    >
  >;
}

export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** Undefined where the platform has no choice of C libraries. */
  readonly libc: string | undefined;
}

/** The path of the prebuilt llama.cpp that runs on `platform`; undefined where the lock file has none. */
export function binaryFor({ packages }: LockFile, { os, cpu, libc }: Platform): string | undefined {
  const fits = (allowed: readonly string[] | undefined, value: string | undefined): boolean =>
    allowed === undefined || (value !== undefined && allowed.includes(value));
  // Some packages for arm64 also admit x64, where they are for cross-building; the name decides.
  return Object.entries(packages).find(
    ([path, { name, ...wanted }]) =>
      path.startsWith(BINARIES) &&
      name === undefined &&
      path.slice(BINARIES.length).split('-')[1] === cpu &&
      fits(wanted.os, os) &&
      fits(wanted.cpu, cpu) &&
      fits(wanted.libc, libc),
  )?.[0];
}

/** True if what `installed` (npm's record in node_modules) says of each path is what `wanted` says. */
export const isInstalled = (wanted: LockFile, installed: LockFile | undefined, paths: readonly string[]): boolean =>
  paths.every((path) => {
    const version = installed?.packages[path]?.version;
    return version !== undefined && version === wanted.packages[path]?.version;
  });

/** Continuous integration says so by the variable CI. */
export const isCi = ({ CI }: Readonly<Record<string, string | undefined>>): boolean =>
  CI !== undefined && !['', '0', 'false'].includes(CI);

/** Installs what is missing. Returns what is the matter where llama.cpp has no prebuilt binary for this platform. */
export function installPeer(): string | undefined {
  const lock = readLock(join(PEER, 'package-lock.json'));
  if (!lock) throw new Error('tools/parity/peer/package-lock.json is missing.');
  const platform = thisPlatform();
  const binary = binaryFor(lock, platform);
  if (binary === undefined)
    return `node-llama-cpp has no prebuilt llama.cpp for ${[platform.os, platform.cpu, platform.libc].filter(Boolean).join(' ')}.`;
  const needed = ['node_modules/node-llama-cpp', binary];
  // npm writes this record last, so that an interrupted installation is made again.
  const isComplete = (): boolean =>
    isInstalled(lock, readLock(join(PEER, 'node_modules', '.package-lock.json')), needed);
  if (isComplete()) return undefined;
  process.stderr.write('Installing llama.cpp into tools/parity/peer …\n');
  npmCi();
  // A package for one platform is an optional one, which npm leaves out without a word when it cannot be had.
  if (!isComplete())
    throw new EngineError('invalid-argument', `npm did not install ${binary.slice('node_modules/'.length)}.`, {
      nextStep: 'Run "npm ci" in tools/parity/peer and look whether the registry has the package.',
    });
  return undefined;
}

/** Runs the npm that runs us, or else the one on the PATH. */
function npmCi(): void {
  const script = process.env['npm_execpath'];
  const command = script === undefined ? 'npm ci' : `"${process.execPath}" "${script}" ci`;
  // A shell, because on Windows npm is a .cmd file.
  const { status } = spawnSync(command, { cwd: PEER, stdio: ['ignore', process.stderr, 'inherit'], shell: true });
  if (status !== 0)
    throw new EngineError('invalid-argument', 'llama.cpp could not be installed.', {
      nextStep: 'Run "npm ci" in tools/parity/peer; the parity check needs a registry the first time.',
    });
}

const readLock = (path: string): LockFile | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LockFile) : undefined;

function thisPlatform(): Platform {
  const { platform: os, arch: cpu } = process;
  if (os !== 'linux') return { os, cpu, libc: undefined };
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { os, cpu, libc: header.glibcVersionRuntime === undefined ? 'musl' : 'glibc' };
}
