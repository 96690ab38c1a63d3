import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binaryFor, isCi, isInstalled, type LockFile } from './install.ts';

const read = (name: string): string => readFileSync(new URL(`peer/${name}`, import.meta.url), 'utf8');
const lockText = read('package-lock.json');
const lock = JSON.parse(lockText) as LockFile;

describe('the lock file of llama.cpp', () => {
  it.each([
    ['linux', 'x64', 'glibc', 'linux-x64'],
    ['linux', 'arm64', 'glibc', 'linux-arm64'],
    ['linux', 'x64', 'musl', undefined],
    ['darwin', 'x64', undefined, 'mac-x64'],
    ['darwin', 'arm64', undefined, 'mac-arm64-metal'],
    ['win32', 'x64', undefined, 'win-x64'],
    ['win32', 'arm64', undefined, 'win-arm64'],
    ['freebsd', 'x64', undefined, undefined],
  ])('on %s %s %s has %s', (os, cpu, libc, expected) =>
    expect(binaryFor(lock, { os, cpu, libc })).toBe(expected && `node_modules/@node-llama-cpp/${expected}`),
  );

  it('puts a package that no such system installs in the place of every one for CUDA and Vulkan', () => {
    const graphics = Object.entries(lock.packages).filter(([path]) => /cuda|vulkan/.test(path));
    expect(graphics.length).toBeGreaterThanOrEqual(6);
    for (const [, entry] of graphics) expect(entry).toMatchObject({ name: '@node-llama-cpp/mac-x64', os: ['darwin'] });
  });

  it('carries no registry address', () => expect(lockText).not.toMatch(/"resolved"|\.tgz/));

  it('is installed without scripts', () => expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m));
});

describe('an installation', () => {
  const wanted: LockFile = { packages: { a: { version: '2.0.0' }, b: { version: '1.0.0' }, c: { version: '1.0.0' } } };

  it.each<[string, LockFile | undefined, boolean]>([
    ['missing', undefined, false],
    ['without one of the packages', { packages: { a: { version: '2.0.0' } } }, false],
    ['of another version', { packages: { a: { version: '1.9.0' }, b: { version: '1.0.0' } } }, false],
    ['with what is needed', { packages: { a: { version: '2.0.0' }, b: { version: '1.0.0' } } }, true],
  ])('%s', (_, installed, expected) => expect(isInstalled(wanted, installed, ['a', 'b'])).toBe(expected));

  it('of what the lock file does not name is none', () =>
    expect(isInstalled({ packages: {} }, { packages: {} }, ['a'])).toBe(false));
});

it.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['0', false],
  ['1', true],
  ['true', true],
])('CI=%s is continuous integration: %s', (CI, expected) => expect(isCi({ CI })).toBe(expected));
