/** The process around the terminal program, and the launcher around that: what a shell sees of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE } from './cli.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const LAUNCHER = join(import.meta.dirname, '../../../scripts/anser.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-main-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly result: string;
  readonly remarks: string;
}

interface ProcessOptions {
  /** Standard output: a file descriptor instead of a pipe that is read. */
  readonly output?: number;
  /** Nobody reads standard error. */
  readonly deafError?: boolean;
  readonly env?: Record<string, string>;
}

async function run(script: string, args: readonly string[], options: ProcessOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', options.output ?? 'pipe', 'pipe'],
    env: { ...process.env, ANSER_DATA: folder, ...options.env },
  });
  if (options.deafError) child.stderr?.destroy();
  const [result, remarks] = [child.stdout, options.deafError ? null : child.stderr].map((stream) =>
    stream ? text(stream) : '',
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, result: (await result) ?? '', remarks: (await remarks) ?? '' };
}

describe.each([
  ['the program', MAIN],
  ['the launcher', LAUNCHER],
])('%s', (_, script) => {
  it('gives results on standard output alone, and the exit code', async () => {
    expect(await run(script, ['states', '--json'])).toEqual({
      code: EXIT_OK,
      result: '{"snapshots":[],"unreadable":[]}\n',
      remarks: '',
    });
    const wrong = await run(script, ['dance']);
    expect(wrong).toMatchObject({ code: EXIT_USAGE, result: '' });
    expect(wrong.remarks).toContain('There is no command "dance"');
  });

  it('keeps its exit code when nobody reads its errors', async () => {
    expect((await run(script, ['dance'], { deafError: true })).code).toBe(EXIT_USAGE);
  });

  it.runIf(process.platform === 'linux').each([[[]], [['--json']]])(
    'says when the disk behind its output is full %j',
    async (json) => {
      const { code, remarks } = await run(script, ['states', ...json], { output: openSync('/dev/full', 'w') });
      expect(code).toBe(EXIT_FAILURE);
      expect(remarks).toMatch(/^The output cannot be written: the disk is full\.\n[^\n]+\n$/u);
    },
  );
});

describe('the launcher', () => {
  it.skipIf(process.platform === 'win32')('tells when the program died of a signal', async () => {
    // Only the program itself has ANSER_RESULT_FD.
    const dying = `if (process.env.ANSER_RESULT_FD) process.kill(process.pid, 'SIGKILL');`;
    const ran = await run(LAUNCHER, ['states'], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(dying)}` },
    });
    expect(ran).toMatchObject({ code: 128 + 9, result: '' });
    expect(ran.remarks).toContain('SIGKILL');
  });
});
