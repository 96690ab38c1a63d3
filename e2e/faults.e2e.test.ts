/**
 * A full disk, a folder that may not be written, a model file that disappears, a GPU that goes away: the app stays up,
 * says what happened with a next step, loses nothing, and goes on when the trouble is over.
 */
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CodedError } from '../src/engine/api/errors.ts';
import type { AppEvent } from '../src/main/api/contract.ts';
import type { Message } from '../src/main/api/conversations.ts';
import type { Reading } from '../src/main/api/documents.ts';
import { demoModelPath } from '../src/engine/hosts/paths.ts';
import { en } from '../src/renderer/i18n/en/index.ts';
import { zh } from '../src/renderer/i18n/zh/index.ts';
import type { Fault } from '../test/support/faults.ts';
import { startApp, type RunningApp } from '../test/support/runningApp.ts';

const FAULTS = pathToFileURL(join(import.meta.dirname, '..', 'test', 'support', 'faults.ts')).href;
const patient = { timeout: 60_000, interval: 200 };

let folder: string;
let running: RunningApp;
let conversationId: string;
let head: Message | undefined;
let documentId: string;
/** What was told of engine and restarts since the test began. */
let told: AppEvent[] = [];

const app = () => running.app;
const set = (fault: Fault): void => {
  writeFileSync(join(folder, 'fault'), fault);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anser-faults-'));
  const data = join(folder, 'data');
  set('none');
  cpSync(demoModelPath(), join(folder, 'model.gguf'));
  const env = {
    ...process.env,
    ANSER_FAULT: join(folder, 'fault'),
    NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${FAULTS}`,
  };
  cpSync(settingsFile(), join(data, 'settings.json'));
  running = await startApp(data, env);
  // Ends with the app.
  void follow().catch(() => undefined);
  await loaded();
  ({ id: conversationId } = await app().createConversation({ folderId: null }));
  writeFileSync(join(folder, 'long.md'), `${'Some words about the sea. '.repeat(40)}\n\n`.repeat(60));
  for await (const event of app().importDocuments({ paths: [join(folder, 'long.md')] }))
    if (event.type === 'imported') documentId = event.document.id;
}, 120_000);
afterAll(async () => {
  set('none');
  await running.quit();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  set('none');
});
beforeEach(async () => {
  told = [];
  await say('Hello.');
  await readOn();
});

function settingsFile(): string {
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ adapter: 'software', maxTokens: 8, snapshotEverySeconds: 1 }));
  return file;
}

async function follow(): Promise<void> {
  for await (const event of app().watch({}))
    if (event.type === 'engine' || event.type === 'engine-restarted') told.push(event);
}

async function loaded(): Promise<void> {
  for await (const event of app().watch({})) if (event.type === 'engine' && event.status.type === 'loaded') return;
}

/** Says something after what was said last, and keeps the answer if it was finished. */
async function say(text: string): Promise<Message> {
  let answer: Message | undefined;
  for await (const event of app().send({ conversationId, parentId: head?.id ?? null, text }))
    if (event.type === 'end') ({ answer } = event);
  if (!answer) throw new Error('There was no answer.');
  if (answer.status === 'finished') head = answer;
  return answer;
}

const reading = async (): Promise<Reading | null> => (await app().getDocument({ id: documentId })).reading;
const tokensRead = async (): Promise<number> => (await reading())?.progress?.tokens ?? 0;

/** The reading runs and gets on. */
async function readOn(): Promise<void> {
  if ((await reading())?.status !== 'reading')
    await app().startReading({ id: documentId, focus: '', summarise: false });
  const before = await tokensRead();
  await expect.poll(tokensRead, patient).toBeGreaterThan(before);
}

const saveState = () => {
  if (!head) throw new Error('Nothing was answered.');
  return app().saveState({ name: 'kept', tags: [], of: { kind: 'message', conversationId, messageId: head.id } });
};

/** What a user is shown of a failure: its code must have words in both languages, and it must say what to do. */
async function failure(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { code, nextStep } = error as CodedError;
    checkWords(code, nextStep);
    return code;
  }
  return 'none';
}

function checkWords(code: string, nextStep: string | undefined): void {
  for (const { errors } of [en, zh]) expect(Object.keys(errors.byCode)).toContain(code);
  expect(nextStep).toBeTruthy();
}

/** Everything works as if nothing had been. */
async function allIsWell(kept: Message | undefined): Promise<void> {
  const { messages } = await app().getConversation({ id: conversationId });
  expect(messages.find(({ id }) => id === kept?.id)).toMatchObject({ text: kept?.text, status: 'finished' });
  await expect(saveState()).resolves.toMatchObject({ usable: 'yes' });
  expect((await say('And now?')).status).toBe('finished');
  await expect(app().changeSettings({ theme: 'dark' })).resolves.toMatchObject({ theme: 'dark' });
  await readOn();
  expect(running.main.exitCode).toBeNull();
}

test.each([
  { fault: 'ENOSPC', name: 'a full disk' },
  { fault: 'EROFS', name: 'a folder that may not be written' },
] as const)('$name', { timeout: 120_000 }, async ({ fault }) => {
  const kept = head;
  const place = await tokensRead();
  set(fault);
  expect(await failure(saveState)).toMatch(/^(storage-failed|disk-full|folder-read-only)$/);
  // Long enough for any space left in SQLite's pages.
  expect(await failure(() => say('And again. '.repeat(2000)))).toMatch(/^(storage-failed|disk-full|folder-read-only)$/);
  expect(await failure(() => app().changeSettings({ theme: 'light' }))).toMatch(
    /^(storage-failed|disk-full|folder-read-only)$/,
  );
  await expect.poll(async () => (await reading())?.status, patient).toBe('paused');
  set('none');
  await allIsWell(kept);
  expect(await tokensRead()).toBeGreaterThan(place - 200);
  expect(told).toEqual([]);
});

test('a data folder that may not be written at the start is named', async () => {
  set('EROFS');
  const env = { ...process.env, ANSER_FAULT: join(folder, 'fault'), NODE_OPTIONS: `--import ${FAULTS}` };
  await expect(startApp(join(folder, 'other'), env)).rejects.toThrow('The app ended before it printed a link.');
  set('none');
});

test('a model file that disappears while it is loaded', { timeout: 180_000 }, async () => {
  const file = join(folder, 'model.gguf');
  let id = '';
  for await (const event of app().addModel({ path: file, how: 'link' }))
    if (event.type === 'added') id = event.model.id;
  await app().loadModel({ id, precision: 'source' });
  await loaded();
  await say('Hello.');
  const kept = head;
  renameSync(file, `${file}.away`);
  // The weights are on the device.
  expect((await say('Still there?')).status).toBe('finished');
  await running.killEngine();
  await expect.poll(() => told.at(-1), patient).toMatchObject({ type: 'engine-restarted' });
  const failed = told.flatMap((event) =>
    event.type === 'engine' && event.status.type === 'failed' ? [event.status] : [],
  );
  checkWords(failed.at(-1)?.error.code ?? 'none', failed.at(-1)?.error.nextStep);
  expect(await failure(() => say('And now?'))).toMatch(/^model-/);
  renameSync(`${file}.away`, file);
  await app().loadModel({ id, precision: 'source' });
  await loaded();
  await allIsWell(kept);
});

test('a GPU that goes away', { timeout: 120_000 }, async () => {
  const kept = head;
  const place = await tokensRead();
  set('device');
  await expect.poll(() => told.some(({ type }) => type === 'engine-restarted'), patient).toBe(true);
  expect(told).toContainEqual({ type: 'engine-restarted', interrupted: 'reading' });
  for (const { common } of [en, zh]) expect(common.engineRestarted.reading).toBeTruthy();
  await loaded();
  await expect.poll(tokensRead, patient).toBeGreaterThan(place - 200);
  await allIsWell(kept);
});
