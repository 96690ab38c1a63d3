import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { dataFolder } from './paths.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('takes the folder that the user names', () => {
  vi.stubEnv('ANSER_DATA', '/data/anser');
  expect(dataFolder()).toBe('/data/anser');
});

it.runIf(process.platform === 'linux')('follows the XDG rules: empty or relative is as if not set', () => {
  vi.stubEnv('ANSER_DATA', '');
  vi.stubEnv('XDG_DATA_HOME', '/home/me/data');
  expect(dataFolder()).toBe('/home/me/data/anser');
  for (const ignored of [undefined, '', 'relative']) {
    vi.stubEnv('XDG_DATA_HOME', ignored);
    expect(dataFolder()).toBe(join(homedir(), '.local', 'share', 'anser'));
  }
});
