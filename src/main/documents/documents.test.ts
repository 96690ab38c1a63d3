import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentsOver, type DocumentsBench } from '../../../test/support/documentsBench.ts';
import { found } from '../../../test/support/found.ts';
import { engineError } from '../../../test/support/engineErrors.ts';
import { death, FakeEngine, OTHER_MODEL } from '../../../test/support/fakeEngineAccess.ts';
import type { EngineApi } from '../../engine/api/contract.ts';
import { EngineError } from '../../engine/api/errors.ts';
import type { TurnEvent } from '../api/conversations.ts';
import type { ImportEvent } from '../api/documents.ts';

const PLAIN = { focus: '', summarise: true };
let folder: string;
let bench: DocumentsBench;
let imports = 0;

/** Takes `.txt` as one page for every 50 bytes, and nothing else. */
const importDocument: EngineApi['importDocument'] = async function* ({ path, folder: target }) {
  imports++;
  if (path.endsWith('crash.txt')) {
    mkdirSync(target);
    throw death();
  }
  if (!path.endsWith('.txt')) throw new EngineError('document-unreadable', 'This type is not supported.');
  const text = readFileSync(path);
  yield { type: 'progress', fraction: 0.5 };
  mkdirSync(target);
  writeFileSync(join(target, 'text.txt'), text);
  const pages = Array.from({ length: Math.ceil(text.length / 50) }, (_, i) => i * 50);
  const map = {
    version: 1,
    format: 'text',
    bytes: text.length,
    pages,
    outline: [{ title: 'Start', level: 1, startByte: 0 }],
  };
  writeFileSync(join(target, 'map.json'), JSON.stringify(map));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const counts = {
    words: 1,
    characters: text.length,
    bytes: text.length,
    tokens: 75,
    sections: 3,
    pages: pages.length,
  };
  const facts = { name: basename(path), title: `Title of ${basename(path)}`, format: 'text', ...counts } as const;
  yield { type: 'imported', facts: { ...facts, language: null, sha256, warnings: [] } };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-documents-'));
  imports = 0;
  bench = documentsOver(join(folder, 'data'), new FakeEngine(3, { importDocument }));
});
afterEach(() => {
  bench.db.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, text = name.repeat(30)): string {
  const path = join(folder, 'files', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function importAll(...paths: string[]): Promise<ImportEvent[]> {
  const events: ImportEvent[] = [];
  for await (const event of bench.methods.importDocuments({ paths })) events.push(event);
  return events;
}

const ends = (events: readonly ImportEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'imported') return [`${event.document.name} ${event.known}`];
    return event.type === 'rejected' ? [`${basename(event.path)} rejected ${event.error.code}`] : [];
  });

async function importOne(name: string): Promise<string> {
  await importAll(file(name));
  const [first] = await bench.methods.listDocuments({ deleted: false });
  if (!first) throw new Error('Nothing was imported.');
  return first.id;
}

async function read(id: string, request = PLAIN): Promise<void> {
  await bench.methods.startReading({ id, ...request });
  for await (const _ of bench.methods.followReading({ id }));
}

async function ask(id: string, mode: 'memory' | 'reread', signal?: AbortSignal): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of bench.methods.askDocument({ id, question: 'Why?', mode }, signal)) events.push(event);
  return events;
}

describe('the search', () => {
  const find = async (query: string): Promise<string[]> => {
    await bench.texts.settled;
    return found(bench.db, query, bench.texts).map((hit) => (hit.kind === 'text' ? `page ${hit.page}` : hit.kind));
  };

  it('finds a document and its pages once it is imported, unless it is in the bin', async () => {
    await importAll(file('whales.txt', `${'x'.repeat(60)} of harpoons`));
    const [document] = await bench.methods.listDocuments({ deleted: false });
    const ids = [document?.id ?? ''];
    expect(await find('harpoons')).toEqual(['page 2']);
    expect(await find('whales')).toEqual(['document']);
    await bench.methods.deleteDocuments({ ids });
    expect([...(await find('harpoons')), ...(await find('whales'))]).toEqual([]);
    await bench.methods.restoreDocuments({ ids });
    expect([...(await find('harpoons')), ...(await find('whales'))]).toEqual(['page 2', 'document']);
    // An index that is gone is made again.
    bench = bench.restart();
    expect(await find('harpoons')).toEqual([]);
    await bench.documents.tidy();
    expect(await find('harpoons')).toEqual(['page 2']);
    await bench.methods.purgeDocuments({ ids });
    expect([...(await find('harpoons')), ...(await find('whales'))]).toEqual([]);
    expect([...bench.texts.candidates(['harpoons'])]).toEqual([]);
  });
});

describe('importing', () => {
  it('takes good files, and names the others with their reasons', async () => {
    const paths = [file('a.txt'), file('b.exe'), join(folder, 'none.txt')];
    file('sub/c.txt');
    file('sub/.hidden.txt');
    file('sub/deep/d.txt');
    symlinkSync(folder, join(folder, 'files/sub/loop'));
    mkdirSync(join(folder, 'files/sub/void'));
    expect(ends(await importAll(...paths, join(folder, 'files/sub')))).toEqual([
      'a.txt no',
      'b.exe rejected document-unreadable',
      'none.txt rejected document-unreadable',
      '.hidden.txt rejected document-unreadable',
      'c.txt no',
      'd.txt no',
      'loop rejected document-unreadable',
      'void rejected document-unreadable',
    ]);
    const list = await bench.methods.listDocuments({ deleted: false });
    expect(list.map(({ name, status }) => `${name} ${status}`)).toEqual(['d.txt new', 'c.txt new', 'a.txt new']);
    expect(readdirSync(bench.documentsFolder)).toHaveLength(3);
  });

  it('tells a growing fraction', async () => {
    const events = await importAll(file('a.txt'), file('b.txt'));
    const fractions = events.flatMap((event) => (event.type === 'progress' ? [event.fraction] : []));
    expect(fractions).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('keeps one copy of the same content, also when it lies in the bin', async () => {
    const id = await importOne('a.txt');
    expect(ends(await importAll(file('copy.txt', 'a.txt'.repeat(30))))).toEqual(['a.txt yes']);
    await bench.methods.deleteDocuments({ ids: [id] });
    expect(ends(await importAll(file('a.txt')))).toEqual(['a.txt in-bin']);
    expect(imports).toBe(1);
    expect(readdirSync(bench.documentsFolder)).toEqual([id]);
  });

  it('goes on after an engine that died over a file, and leaves nothing of it', async () => {
    expect(ends(await importAll(file('crash.txt'), file('a.txt')))).toEqual([
      'crash.txt rejected connection-lost',
      'a.txt no',
    ]);
    expect(bench.engine.recoveries).toBe(1);
    expect(readdirSync(bench.documentsFolder)).toHaveLength(1);
  });

  it('ends when cancelled, and keeps what was taken', async () => {
    const stop = new AbortController();
    const events: ImportEvent[] = [];
    const run = async (): Promise<void> => {
      const paths = [file('a.txt'), file('b.txt')];
      for await (const event of bench.methods.importDocuments({ paths }, stop.signal)) {
        events.push(event);
        if (event.type === 'imported') stop.abort();
      }
    };
    await expect(run()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(ends(events)).toEqual(['a.txt no']);
    expect(await bench.methods.listDocuments({ deleted: false })).toHaveLength(1);
  });
});

describe('a document', () => {
  it('knows how long it takes once the model was measured', async () => {
    const id = await importOne('a.txt');
    expect((await bench.methods.getDocument({ id })).estimatedSeconds).toBeNull();
    await read(id);
    expect((await bench.methods.getDocument({ id })).estimatedSeconds).toBe(75 / 50);
    bench.engine.model = OTHER_MODEL;
    expect((await bench.methods.getDocument({ id })).estimatedSeconds).toBeNull();
  });

  it('shows its reading with pages, and its bytes', async () => {
    const id = await importOne('a.txt');
    await read(id);
    const document = await bench.methods.getDocument({ id });
    expect(document).toMatchObject({ status: 'finished', fraction: 1, reading: { status: 'finished', usable: 'yes' } });
    expect(document.reading?.sections[0]?.pages).toEqual({ first: 1, last: 2 });
    expect(document.reading?.progress?.sectionTitle).toBe('Start');
    expect(document.diskBytes).toBeGreaterThan(150);
  });

  it('gives parts of its text', async () => {
    const id = await importOne('a.txt');
    expect(await bench.methods.getPassage({ id, startByte: 5, endByte: 10 })).toEqual({ text: 'a.txt' });
    expect(await bench.methods.getPassage({ id, startByte: 145, endByte: 999 })).toEqual({ text: 'a.txt' });
    await expect(bench.methods.getPassage({ id, startByte: 10, endByte: 5 })).rejects.toEqual(
      engineError('invalid-argument', /passage/),
    );
  });

  it('that is not there is told so', async () => {
    const none: unknown = expect.objectContaining({ code: 'not-found' });
    await expect(bench.methods.getDocument({ id: 'x' })).rejects.toEqual(none);
    await expect(bench.methods.startReading({ id: 'x', ...PLAIN })).rejects.toEqual(none);
  });
});

describe('the bin', () => {
  it('takes a document with its questions and gives it back as it was', async () => {
    const id = await importOne('a.txt');
    await read(id);
    const before = await bench.methods.getDocument({ id });
    await bench.methods.deleteDocuments({ ids: [id] });
    expect(await bench.methods.listDocuments({ deleted: false })).toEqual([]);
    expect(await bench.methods.listDocuments({ deleted: true })).toHaveLength(1);
    expect(bench.conversations.get(before.conversationId).deletedAt).not.toBeNull();
    await expect(bench.methods.startReading({ id, ...PLAIN })).rejects.toEqual(engineError('invalid-argument', /bin/));
    await expect(ask(id, 'memory')).rejects.toEqual(engineError('invalid-argument', /bin/));
    await bench.methods.restoreDocuments({ ids: [id] });
    expect(await bench.methods.getDocument({ id })).toEqual(before);
    expect(bench.conversations.get(before.conversationId).deletedAt).toBeNull();
  });

  it('pauses what is being read', async () => {
    const id = await importOne('a.txt');
    bench.engine.beforeSection = () => new Promise(() => {});
    await bench.methods.startReading({ id, ...PLAIN });
    await bench.methods.deleteDocuments({ ids: [id] });
    expect((await bench.methods.getDocument({ id })).status).toBe('paused');
  });

  it('is emptied after 30 days, with files, snapshots and questions', async () => {
    const id = await importOne('a.txt');
    await read(id);
    const { conversationId } = await bench.methods.getDocument({ id });
    await bench.methods.deleteDocuments({ ids: [id] });
    bench.clock.days = 29;
    await bench.documents.tidy();
    expect(existsSync(join(bench.documentsFolder, id))).toBe(true);
    bench.clock.days = 31;
    await bench.documents.tidy();
    expect(readdirSync(bench.documentsFolder)).toEqual([]);
    expect(await bench.methods.listDocuments({ deleted: true })).toEqual([]);
    expect(bench.engine.saved.size).toBe(0);
    expect(() => bench.conversations.get(conversationId)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('loses nothing and shows nothing after a purge that a crash cut short', async () => {
    const id = await importOne('a.txt');
    await read(id);
    await bench.methods.deleteDocuments({ ids: [id] });
    const { deleteSnapshots } = bench.engine.api;
    bench.engine.methods.deleteSnapshots = () => Promise.reject(death());
    await bench.methods.purgeDocuments({ ids: [id] });
    expect(await bench.methods.listDocuments({ deleted: true })).toEqual([]);
    expect(bench.engine.saved.size).toBe(1);
    // As a crash before the files were removed leaves it.
    mkdirSync(join(bench.documentsFolder, id));
    bench.engine.methods.deleteSnapshots = deleteSnapshots;
    const after = bench.restart();
    await after.documents.tidy();
    await after.disposal.dispose();
    expect(readdirSync(bench.documentsFolder)).toEqual([]);
    expect(bench.engine.saved.size).toBe(0);
  });
});

describe('a question', () => {
  it('from memory is a turn with its basis', async () => {
    const id = await importOne('a.txt');
    await read(id);
    const events = await ask(id, 'memory');
    expect(events.map(({ type }) => type)).toEqual(['begun', 'basis', 'text', 'text', 'end']);
    expect(events.at(-1)).toMatchObject({
      answer: {
        ...{ text: 'It says yes.', status: 'finished', endReason: 'stop', modelName: 'RWKV-7 tiny' },
        details: { tokens: 3 },
        basis: { basis: { mode: 'memory', sections: 3 }, pages: [{ first: 1, last: 3 }], documentTokens: 0 },
      },
    });
    const { conversationId } = await bench.methods.getDocument({ id });
    expect(bench.conversations.get(conversationId).messages.map(({ text }) => text)).toEqual(['Why?', 'It says yes.']);
  });

  it('by re-reading needs no reading, and tells the pages', async () => {
    const id = await importOne('a.txt');
    expect((await ask(id, 'reread')).at(-1)).toMatchObject({
      answer: { basis: { basis: { mode: 'reread' }, pages: [{ first: 3, last: 3 }], documentTokens: 25 } },
    });
  });

  it('is answered from what was read so far', async () => {
    const id = await importOne('a.txt');
    const reached = Promise.withResolvers<undefined>();
    bench.engine.beforeSection = (index) => {
      if (index !== 2) return;
      reached.resolve(undefined);
      return new Promise(() => {});
    };
    await bench.methods.startReading({ id, focus: 'dates', summarise: false });
    await reached.promise;
    expect((await ask(id, 'memory')).at(-1)).toMatchObject({ answer: { basis: { basis: { sections: 2 } } } });
    expect(bench.engine.asked).toMatchObject([{ focus: 'dates', maxTokens: 256 }]);
    await bench.methods.pauseReading({ id });
  });

  it('from memory of a document that was not read, with another model or none, says what to do', async () => {
    const id = await importOne('a.txt');
    await expect(ask(id, 'memory')).rejects.toEqual(engineError('snapshot-missing', /not been read/));
    await read(id);
    bench.engine.model = OTHER_MODEL;
    await expect(ask(id, 'memory')).rejects.toEqual(engineError('snapshot-mismatch', /RWKV-7 tiny/));
    bench.engine.model = undefined;
    await expect(ask(id, 'reread')).rejects.toEqual(engineError('model-unloaded', /No model/));
    const { conversationId } = await bench.methods.getDocument({ id });
    expect(bench.conversations.get(conversationId).messages).toEqual([]);
  });

  it('that is cancelled keeps the answer as far as it is', async () => {
    const id = await importOne('a.txt');
    const stop = new AbortController();
    let last: TurnEvent | undefined;
    for await (const event of bench.methods.askDocument({ id, question: 'Why?', mode: 'reread' }, stop.signal)) {
      if (event.type === 'text') stop.abort();
      last = event;
    }
    expect(last).toMatchObject({ answer: { text: 'It says ', status: 'stopped', endReason: 'cancelled' } });
  });

  it('that fails keeps the reason with the answer', async () => {
    const id = await importOne('a.txt');
    bench.engine.methods.askDocument = async function* () {
      yield { type: 'text', text: 'It ' };
      throw death();
    };
    expect((await ask(id, 'reread')).at(-1)).toMatchObject({
      answer: { text: 'It ', status: 'failed', error: { code: 'connection-lost' } },
    });
  });

  it('that its caller leaves is stored as stopped', async () => {
    const id = await importOne('a.txt');
    for await (const event of bench.methods.askDocument({ id, question: 'Why?', mode: 'reread' }))
      if (event.type === 'text') break;
    const { conversationId } = await bench.methods.getDocument({ id });
    expect(bench.conversations.get(conversationId).messages.at(-1)).toMatchObject({
      status: 'stopped',
      text: 'It says ',
    });
  });
});

describe('an exported document', () => {
  it('has its summaries and its answers', async () => {
    const id = await importOne('a.txt');
    await read(id, { focus: 'dates', summarise: true });
    await ask(id, 'reread');
    const { fileName, content } = await bench.methods.exportDocument({ id, format: 'markdown', language: 'en' });
    expect(fileName).toBe('Title of a.txt.md');
    for (const part of ['Focus: dates', 'All in all', '### Chapter 1\n\n*pages 1–2*\n\nSummary 1', '### Why?', 'yes.'])
      expect(content).toContain(part);
  });
});
