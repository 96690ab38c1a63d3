/**
 * Fills a data folder as a user would, through the app's own services, with the real engine and the embedded model:
 * documents are imported and read, chats answered, states saved. Then the model's words give way to the examples.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { createApp, type RunningApp } from '../../src/main/app/createApp.ts';
import type { AppApi } from '../../src/main/api/contract.ts';
import type { Document } from '../../src/main/api/documents.ts';
import { browserShell } from '../../src/main/serve/shell.ts';
import { sourceEngine } from '../../src/main/sourceEngine.ts';
import { printPdf } from './printPdf.ts';
import { writeExamples } from './writeExamples.ts';
import type { Examples } from './texts/examples.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Answers are replaced; only that there are some counts. */
const SETTINGS = { adapter: 'software', maxTokens: 16 };

/** What was made, by the ids of the app. */
export interface Prepared {
  readonly chats: readonly string[];
  readonly book: string;
  readonly reading: string;
  readonly unread: string;
}

/** The software adapter, because it is the one that every machine has. */
export async function writeSettings(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ adapter: SETTINGS.adapter }));
}

export async function prepare(browser: Browser, folder: string, examples: Examples): Promise<Prepared> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(SETTINGS));
  const app = await createApp({
    ...{ dataFolder: folder, shell: browserShell(), version: '0', engine: sourceEngine(process.execPath, ROOT) },
    onBug: (error) => console.error(error),
  });
  try {
    await modelLoaded(app.api);
    const prepared = await fill(app, browser, folder, examples);
    await app.dispose();
    await writeSettings(folder);
    writeExamples(folder, prepared, examples);
    return prepared;
  } catch (error) {
    await app.dispose();
    throw error;
  }
}

async function modelLoaded(api: AppApi): Promise<void> {
  for await (const event of api.watch({})) {
    if (event.type !== 'engine') continue;
    if (event.status.type === 'loaded') return;
    if (event.status.type === 'failed') throw new Error(`The model was not loaded: ${event.status.error.message}`);
  }
}

async function fill({ api }: RunningApp, browser: Browser, folder: string, examples: Examples): Promise<Prepared> {
  const { book, log } = examples;
  const add = async (fileName: string, text: string): Promise<Document> => {
    await mkdir(join(folder, 'originals'), { recursive: true });
    const path = join(folder, 'originals', fileName);
    await writeFile(path, await printPdf(browser, text));
    return imported(api, path);
  };
  const unread = await add(log.fileName(1894), log.text(1894));
  const reading = await add(log.fileName(1893), log.text(1893));
  const read = await add(book.fileName, book.text);
  await api.startReading({ id: read.id, focus: book.focus, summarise: true });
  await drain(api.followReading({ id: read.id }));
  for (const { question, mode } of book.questions) await drain(api.askDocument({ id: read.id, question, mode }));
  await api.saveState({ ...book.saved, of: { kind: 'document', documentId: read.id } });
  await readSections(api, reading.id, log.focus, Object.keys(log.summaries).length);
  const chats = await chat(api, examples);
  return { chats, book: read.id, reading: reading.id, unread: unread.id };
}

async function imported(api: AppApi, path: string): Promise<Document> {
  for await (const event of api.importDocuments({ paths: [path] })) {
    if (event.type === 'rejected') throw new Error(event.error.message);
    if (event.type === 'imported') return event.document;
  }
  throw new Error(`${path} was not imported.`);
}

/** Reads until `count` sections have their summaries, and pauses. */
async function readSections(api: AppApi, id: string, focus: string, count: number): Promise<void> {
  await api.startReading({ id, focus, summarise: true });
  let written = 0;
  for await (const event of api.followReading({ id })) {
    if (event.type === 'summary') written++;
    if (written === count) await api.pauseReading({ id });
  }
}

async function chat(api: AppApi, { chats, folder }: Examples): Promise<string[]> {
  const { id: folderId } = await api.createFolder({ name: folder });
  const made: string[] = [];
  for (const { turns, inFolder, saved, title, pinned = false } of chats) {
    const { id } = await api.createConversation({ folderId: inFolder === true ? folderId : null });
    for (const { question } of turns) {
      const { headId } = await api.getConversation({ id });
      await drain(api.send({ conversationId: id, parentId: headId, text: question }));
    }
    await api.changeConversation({ id, patch: { title, pinned } });
    const { headId } = await api.getConversation({ id });
    if (saved && headId !== null)
      await api.saveState({ ...saved, of: { kind: 'message', conversationId: id, messageId: headId } });
    made.push(id);
  }
  return made;
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  const all = events[Symbol.asyncIterator]();
  while ((await all.next()).done !== true);
}
