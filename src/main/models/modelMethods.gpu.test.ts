/**
 * Models through the app's contract: services, the real engine process and the model that ships, on the software adapter.
 * One story, in its order.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../engine/api/rpc/connect.ts';
import type { Port } from '../../engine/api/rpc/contract.ts';
import { serve } from '../../engine/api/rpc/serve.ts';
import { appContract, type AppApi, type AppEvent } from '../api/contract.ts';
import type { EngineStatus, ModelEntry } from '../api/models.ts';
import { createApp, type RunningApp } from '../app/createApp.ts';
import { browserShell } from '../serve/shell.ts';
import { sourceEngine } from '../sourceEngine.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MINUTE_MS = 60_000;
const patient = { timeout: 110_000, interval: 50 };

let folder: string;
let running: RunningApp;
let app: AppApi;
const bugs: unknown[] = [];
const events: AppEvent[] = [];
const { port1, port2 } = new MessageChannel();

const portOf = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.on('close', listener),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anser-models-'));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ adapter: 'software', maxTokens: 4 }));
  writeFileSync(join(folder, 'models.json'), '{"version":');
  const engine = sourceEngine(process.execPath, ROOT);
  const onBug = (error: unknown): void => void bugs.push(error);
  running = await createApp({ dataFolder: folder, shell: browserShell(), version: '0', engine, onBug });
  serve(appContract, running.api, portOf(port1), onBug);
  app = connect(appContract, portOf(port2));
  void (async () => {
    for await (const event of app.watch({})) events.push(event);
  })().catch(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  expect(bugs).toEqual([]);
});
afterAll(async () => {
  port2.close();
  await running.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const statuses = (): EngineStatus[] => events.flatMap((event) => (event.type === 'engine' ? [event.status] : []));
const whenStatus = (type: EngineStatus['type']): Promise<void> =>
  vi.waitFor(() => expect(statuses().at(-1)?.type).toBe(type), patient);
const testings = (): number => statuses().filter((status) => status.type === 'loading' && status.testing).length;

async function embedded(): Promise<ModelEntry> {
  const [model] = (await app.listModels({})).models;
  if (!model) throw new Error('The embedded model is not listed.');
  return model;
}

/** Says something in a new conversation; returns how the answer ended. */
async function say(): Promise<string> {
  const { id: conversationId } = await app.createConversation({ folderId: null });
  let status = 'none';
  for await (const event of app.send({ conversationId, parentId: null, text: 'Hello' }))
    if (event.type === 'end') status = event.answer.status;
  return status;
}

test('the usual model is loaded and tested once at the start, however many need it meanwhile', async () => {
  expect(await Promise.all([say(), say()])).toEqual(['finished', 'finished']);
  await whenStatus('loaded');
  expect(testings()).toBe(1);
  const order = statuses().map((status) => (status.type === 'loading' && status.testing ? 'testing' : status.type));
  expect(order.slice(-2)).toEqual(['testing', 'loaded']);
  expect(statuses().at(-1)).toMatchObject({ model: { slow: true, precision: 'source' } });
});

test('the list says what is loaded and that it fits the memory of this machine', async () => {
  expect(await embedded()).toMatchObject({ place: 'embedded', loaded: true, error: null });
  await vi.waitFor(async () => expect((await app.listModels({})).memory?.of).toBe('cpu'), patient);
  const { fits, facts } = await embedded();
  expect(fits.map(({ precision }) => precision)).toEqual(facts?.memory.map(({ precision }) => precision));
  for (const one of fits) expect(one).toMatchObject({ fit: 'fits', advisedGibibytes: 2 });
});

test('a damaged list of models was put aside, and that is told', () => {
  expect(events).toContainEqual({ type: 'put-aside', paths: [join(folder, 'models.json.damaged')] });
});

test('the file that is loaded cannot be replaced, a copy can stand beside it', async () => {
  const { path, id } = await embedded();
  const copy = join(folder, 'copy.gguf');
  copyFileSync(path, copy);
  const add = async (onConflict?: 'keepBoth' | 'replace'): Promise<ModelEntry | undefined> => {
    let added: ModelEntry | undefined;
    for await (const event of app.addModel({ path: copy, how: 'copy', onConflict }))
      if (event.type === 'added') added = event.model;
    return added;
  };
  const first = await add();
  await expect(add()).rejects.toMatchObject({ code: 'file-exists' });
  await app.loadModel({ id: first?.id ?? '', precision: 'source' });
  expect(await add('replace').catch((error: unknown) => error)).toMatchObject({ code: 'model-in-use' });
  expect((await add('keepBoth'))?.fileName).toBe('copy (2).gguf');
  await app.loadModel({ id, precision: 'source' });
  expect((await add('replace'))?.id).toBe(first?.id);
});

test('an ejected model stays away until it is asked for', async () => {
  await app.unloadModel({});
  await whenStatus('empty');
  await expect(say()).rejects.toMatchObject({ code: 'model-unloaded' });
  expect(statuses().at(-1)).toEqual({ type: 'empty' });
  const { id, loaded } = await embedded();
  expect(loaded).toBe(false);
  await app.loadModel({ id, precision: 'source' });
  expect(await say()).toBe('finished');
});

test('an idle model goes, and comes back for what needs it', async () => {
  await app.changeSettings({ idleUnloadMinutes: 1 });
  // Everything else goes on in its own time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  expect(await say()).toBe('finished');
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  vi.useRealTimers();
  await whenStatus('empty');
  const before = testings();
  expect(await say()).toBe('finished');
  await whenStatus('loaded');
  expect(testings()).toBe(before + 1);
});

test('the adapter of the settings is taken, and one that is not there is refused', async () => {
  expect((await app.listAdapters({})).at(-1)).toEqual({ name: 'software', software: true });
  const { id } = await embedded();
  await app.changeSettings({ adapter: 'a card that nobody has' });
  await expect(app.loadModel({ id, precision: 'source' })).rejects.toMatchObject({ code: 'no-adapter' });
  await whenStatus('failed');
  expect((await app.listModels({})).memory).toBeNull();
  await app.changeSettings({ adapter: 'software' });
  await app.loadModel({ id, precision: 'source' });
  await whenStatus('loaded');
  expect(statuses().at(-1)).toMatchObject({ model: { slow: true, precision: 'source' } });
});

test.each(['int8', 'nf4'] as const)('what %s rounds is not taken for a fault of the adapter', async (precision) => {
  const { id } = await embedded();
  await app.loadModel({ id, precision });
  await vi.waitFor(() => expect(statuses().at(-1)).toMatchObject({ type: 'loaded', model: { precision } }), patient);
});

test('quantised weights are kept where that is wanted, shown, cleared, and gone with their model’s file', async () => {
  const { path, id } = await embedded();
  const use = () => app.getQuantisedUse({});
  expect(await use()).toEqual({ files: 0, bytes: 0, maxFiles: 3, maxBytes: 20e9, failed: false });
  await app.changeSettings({ cacheQuantised: true });
  for (let i = 0; i < 2; i++) {
    await app.loadModel({ id, precision: 'int8' });
    expect(await use()).toMatchObject({ files: 1, failed: false });
  }
  expect((await use()).bytes).toBeGreaterThan(10e6);
  await app.clearQuantised({});
  expect((await use()).files).toBe(0);

  const copy = join(folder, 'gone.gguf');
  copyFileSync(path, copy);
  let added = '';
  for await (const event of app.addModel({ path: copy, how: 'copy' }))
    if (event.type === 'added') added = event.model.id;
  await app.loadModel({ id: added, precision: 'nf4' });
  expect((await use()).files).toBe(1);
  await app.loadModel({ id, precision: 'source' });
  await app.removeModel({ id: added, deleteFile: true });
  expect((await use()).files).toBe(0);
  await app.changeSettings({ cacheQuantised: false });
});

test('the sample is added without a file of the window’s', async () => {
  const added: string[] = [];
  for await (const event of app.importSample({})) if (event.type === 'imported') added.push(event.document.title);
  expect(added).toEqual(['The Lighthouse at Corran Point']);
});
