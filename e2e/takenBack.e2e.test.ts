/** The real services and engine: what is taken back while the model is being loaded was never said, and what waits is answered. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../test/support/runningApp.ts';

let data: string;
let running: RunningApp;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'anser-taken-back-'));
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ adapter: 'software', maxTokens: 4 }));
  running = await startApp(data);
}, 120_000);
afterAll(async () => {
  await running.quit();
  rmSync(data, { recursive: true, force: true });
});

/** Loads the model that comes with the app, and returns while that is under way. */
async function load(): Promise<{ readonly loaded: Promise<unknown> }> {
  const { app } = running;
  const { models } = await app.listModels({});
  const model = models.find(({ place }) => place === 'embedded');
  if (!model) throw new Error('No model comes with the app.');
  // The one that is loaded at the start is there first.
  await app.loadModel({ id: model.id, precision: 'source' });
  const loaded = app.loadModel({ id: model.id, precision: 'source' });
  for await (const event of app.watch({})) if (event.type === 'engine' && event.status.type === 'loading') break;
  return { loaded };
}

test('a message that is taken back is not stored, one that waits is answered', { timeout: 180_000 }, async () => {
  const { app } = running;
  const { id: conversationId } = await app.createConversation({ folderId: null });
  const { loaded } = await load();
  const abort = new AbortController();
  const send = async (text: string, signal?: AbortSignal): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of app.send({ conversationId, parentId: null, text }, signal)) types.push(type);
    return types;
  };
  const takenBack = send('Never mind.', abort.signal);
  const waiting = send('What is a lighthouse?');
  abort.abort(new Error('taken back'));
  await expect(takenBack).rejects.toThrow('taken back');
  await loaded;
  expect(await waiting).toEqual(expect.arrayContaining(['begun', 'end']));
  const { messages } = await app.getConversation({ id: conversationId });
  expect(messages.map(({ text }) => text)).toEqual(['What is a lighthouse?', expect.any(String)]);
});
