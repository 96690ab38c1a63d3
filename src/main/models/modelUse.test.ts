/** When models are loaded and put away, with a clock of the test's own and a stand-in for the engine. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { EngineStatus } from '../api/models.ts';
import { MODEL } from '../testing/scriptedEngine.ts';
import { ModelUse } from './modelUse.ts';

const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Loads at once, or when it is told to. */
class Engine {
  status: EngineStatus = { type: 'empty' };
  readonly loads: string[] = [];
  unloads = 0;
  model: LoadedModel | undefined;
  gate: Promise<unknown> = Promise.resolve();
  readonly recovered = (): Promise<void> => this.gate.then(() => undefined);

  async load({ path }: { readonly path: string }): Promise<LoadedModel> {
    this.loads.push(path);
    await this.gate;
    this.model = { ...MODEL, path };
    return this.model;
  }

  unload(): Promise<void> {
    this.unloads++;
    this.model = undefined;
    return Promise.resolve();
  }
}

function open(idleUnloadMinutes = 5): { engine: Engine; use: ModelUse; now: { busy: boolean } } {
  const [engine, now] = [new Engine(), { busy: false }];
  const use = new ModelUse({
    ...{ engine, embeddedModel: '/embedded.gguf', busy: () => now.busy },
    settings: () => ({
      modelPath: null,
      precision: 'source',
      adapter: 'auto',
      cacheQuantised: false,
      idleUnloadMinutes,
    }),
    onBug: (error) => expect.fail(String(error)),
  });
  return { engine, use, now };
}

test('what needs a model while one is being loaded waits for that one', async () => {
  const { engine, use } = open();
  const gate = Promise.withResolvers<undefined>();
  engine.gate = gate.promise;
  const all = Promise.all([use.ensure(), use.ensure(), use.load('/mine.gguf', 'int8'), use.ensure()]);
  gate.resolve(undefined);
  await all;
  await use.ensure();
  expect(engine.loads).toEqual(['/embedded.gguf', '/mine.gguf']);
});

test('waiting can be given up, and the loading goes on', async () => {
  const { engine, use } = open();
  const gate = Promise.withResolvers<undefined>();
  engine.gate = gate.promise;
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [use.ensure(first.signal), use.ensure(second.signal), use.ensure(AbortSignal.abort('before'))];
  const settled = Promise.allSettled(waiting);
  first.abort('not any more');
  await expect(waiting[0]).rejects.toBe('not any more');
  await expect(waiting[2]).rejects.toBe('before');
  gate.resolve(undefined);
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect([engine.loads.length, engine.model !== undefined]).toEqual([1, true]);
});

test('what is said while another model was chosen waits for that one', async () => {
  const { engine, use } = open();
  const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()] as const;
  engine.gate = gates[0].promise;
  const first = use.ensure();
  let answered = false;
  const said = use.ensure().then(() => (answered = true));
  engine.gate = gates[1].promise;
  const second = use.load('/mine.gguf', 'int8');
  gates[0].resolve(undefined);
  await vi.advanceTimersByTimeAsync(1);
  expect(answered).toBe(false);
  gates[1].resolve(undefined);
  await Promise.all([first, second, said]);
  expect(engine.model?.path).toBe('/mine.gguf');
});

test('what is said while the engine is started again waits for that; a reading waits by itself', async () => {
  const { engine, use } = open();
  engine.status = { type: 'restarting' };
  await use.ensure();
  const gate = Promise.withResolvers<undefined>();
  engine.gate = gate.promise.then(() => (engine.status = { type: 'empty' }));
  const waiting = use.ensure(new AbortController().signal);
  gate.resolve(undefined);
  await waiting;
  expect(engine.loads).toHaveLength(1);
});

test('a loading that failed fails what waits for it, and is tried again by what comes later', async () => {
  const { engine, use } = open();
  engine.gate = Promise.reject(new Error('no adapter'));
  const [first, second] = await Promise.allSettled([use.ensure(), use.ensure()]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  engine.gate = Promise.resolve();
  await use.ensure();
  expect(engine.loads).toHaveLength(2);
});

test('an idle model is put away, a used one later, a busy one not', async () => {
  const { engine, use, now } = open();
  await use.ensure();
  await vi.advanceTimersByTimeAsync(4 * MINUTE_MS);
  use.used();
  await vi.advanceTimersByTimeAsync(4 * MINUTE_MS);
  expect(engine.unloads).toBe(0);
  now.busy = true;
  await vi.advanceTimersByTimeAsync(20 * MINUTE_MS);
  expect(engine.unloads).toBe(0);
  now.busy = false;
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
  expect(engine.unloads).toBe(1);
  await use.ensure();
  expect(engine.model).toBeDefined();
});

test('with 0 minutes it stays for ever', async () => {
  const { engine, use } = open(0);
  await use.ensure();
  await vi.advanceTimersByTimeAsync(10_000 * MINUTE_MS);
  expect(engine.unloads).toBe(0);
});

test('what the user put away comes back only when the user asks for it', async () => {
  const { engine, use } = open();
  await use.ensure();
  await use.unload();
  await use.ensure();
  expect(engine.model).toBeUndefined();
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(engine.unloads).toBe(1);
  await use.load('/mine.gguf', 'source');
  expect(engine.model?.path).toBe('/mine.gguf');
});
