/** The host against a small fake engine, and the real engine process where its parent dies. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineApi } from '../engine/api/contract.ts';
import { EngineHost, type EngineHostOptions, type EngineRestart, type EngineStatus } from './engineHost.ts';

const SUPPORT = join(import.meta.dirname, '../../test/support');
const BACK_OFF = { mostCrashes: 3, windowMs: 60_000, firstDelayMs: 10 };

let folder: string;
let host: EngineHost | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-host-'));
});
afterEach(async () => {
  await host?.dispose();
  host = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function start(options: Partial<EngineHostOptions> = {}): EngineHost {
  const entry = join(SUPPORT, 'fakeEngine.ts');
  host = new EngineHost({ nodePath: process.execPath, entry, dataFolder: folder, backOff: BACK_OFF, ...options });
  return host;
}

/** Obeyed by the fake engine. */
const order = (engine: EngineApi, text: string): Promise<number> => engine.countTokens({ text });

async function load(engine: EngineApi, path: string): Promise<void> {
  for await (const event of engine.loadModel({ path, precision: 'source', adapter: 'auto' }))
    expect(event).toMatchObject({ type: 'loaded', model: { name: path } });
}

const statusOf = (it: EngineHost, type: EngineStatus['type']): Promise<EngineStatus> =>
  vi.waitFor(
    () => {
      expect(it.status.type).toBe(type);
      return it.status;
    },
    { timeout: 20_000, interval: 10 },
  );

const restartOf = (it: EngineHost): Promise<EngineRestart> =>
  new Promise((resolve) => {
    it.onRestart(resolve);
  });

/** Whether a process of this id is there (signal 0 only asks). */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('calls before the process is up wait for it', async () => {
  const it = start();
  const seen: string[] = [];
  it.onStatus(({ type }) => seen.push(type));
  expect(it.status.type).toBe('starting');
  expect(await order(it.engine(), 'pid')).toBe(it.pid);
  await statusOf(it, 'running');
  expect(seen).toEqual(['running']);
});

test('after a crash the process is back, and its model with it', async () => {
  const it = start();
  const engine = it.engine();
  await load(engine, 'a.gguf');
  const [before, restarted] = [it.pid, restartOf(it)];
  await expect(order(engine, 'crash')).rejects.toMatchObject({ code: 'connection-lost' });
  const { exit, model, notLoaded } = await restarted;
  expect(exit).toMatchObject({ signal: 'SIGKILL', lastLines: 'About to crash.' });
  expect([model?.name, notLoaded]).toEqual(['a.gguf', undefined]);
  expect(await engine.listAdapters({})).toEqual([{ name: 'a.gguf', software: true }]);
  expect(it.pid).not.toBe(before);
});

test('calls that need the model wait until it is back', async () => {
  const it = start();
  await load(it.engine(), 'a.gguf');
  await expect(order(it.engine(), 'crash')).rejects.toMatchObject({ code: 'connection-lost' });
  expect(await order(it.engine(), 'pid')).toBe(it.pid);
  expect(await it.engine().listAdapters({})).toEqual([{ name: 'a.gguf', software: true }]);
});

test('a model that was unloaded is not loaded again', async () => {
  const it = start();
  await load(it.engine(), 'a.gguf');
  await it.engine().unloadModel({});
  const restarted = restartOf(it);
  await expect(order(it.engine(), 'crash')).rejects.toMatchObject({ code: 'connection-lost' });
  expect((await restarted).model).toBeUndefined();
});

test('a model that takes the process with it is not loaded a second time', async () => {
  const it = start();
  await load(it.engine(), 'fragile');
  const restarted = restartOf(it);
  await expect(order(it.engine(), 'crash')).rejects.toMatchObject({ code: 'connection-lost' });
  expect(await restarted).toMatchObject({ model: undefined, notLoaded: { code: 'connection-lost' } });
  expect(await it.engine().listAdapters({})).toEqual([{ name: 'none', software: true }]);
});

test('garbage counts as a crash', async () => {
  const it = start();
  const restarted = restartOf(it);
  await expect(order(it.engine(), 'garbage')).rejects.toMatchObject({ code: 'connection-lost' });
  expect((await restarted).exit.lastLines).toContain('no answer');
});

test.each([
  ['ends at once', { dataFolder: 'never' }, 'It cannot begin.'],
  ['is not there', { nodePath: '/no/such/node' }, 'ENOENT'],
])('a program that %s is given up, and tried again when asked', async (_, options, line) => {
  const it = start(options);
  const waiting = expect(it.engine().listSnapshots({})).rejects.toMatchObject({ code: 'connection-lost' });
  expect(await statusOf(it, 'failed')).toMatchObject({ exit: { lastLines: expect.stringContaining(line) as string } });
  await waiting;
  await expect(it.engine().listSnapshots({})).rejects.toMatchObject({ code: 'connection-lost' });
  it.start();
  expect(it.status.type).toBe('starting');
  await statusOf(it, 'failed');
});

test('a call that waits can be cancelled', async () => {
  const it = start();
  const controller = new AbortController();
  const waiting = it.engine().countTokens({ text: 'pid' }, controller.signal);
  controller.abort('enough');
  await expect(waiting).rejects.toBe('enough');
});

test('dispose ends the process, even one that does not listen', async () => {
  const it = start();
  const pid = await order(it.engine(), 'pid');
  const deaf = expect(order(it.engine(), 'deaf')).rejects.toMatchObject({ code: 'connection-lost' });
  await it.engine().listSnapshots({});
  await it.dispose();
  await deaf;
  expect(isRunning(pid)).toBe(false);
  expect(it.status.type).toBe('disposed');
  await expect(it.engine().listSnapshots({})).rejects.toMatchObject({ code: 'connection-lost' });
});

test('the engine does not outlive a parent that is killed', async () => {
  const parent = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(SUPPORT, 'doomedParent.ts'), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let pid = 0;
  for await (const line of createInterface({ input: parent.stdout })) {
    pid = Number(line);
    parent.kill('SIGKILL');
  }
  expect(pid).toBeGreaterThan(0);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000, interval: 10 });
});
