/** The user's models, on a real disk. What a file holds is told by a stand-in for the engine. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../engine/api/errors.ts';
import type { OnConflict } from '../api/models.ts';
import type { ModelFacts } from '../../engine/api/schemas.ts';
import { ModelFolder, type CopyEvent, type ListedModel, type ModelFolderParts } from './modelFolder.ts';
import { prepareFolder } from './prepareFolder.ts';

const FACTS: ModelFacts = {
  ...{ name: 'Test', container: 'gguf', parameters: 1, layers: 1, width: 64, weightBytes: 1, stateBytes: 1 },
  ...{ formats: [], memory: [] },
};

let root = '';
let chosen: string | null = null;
let inspected: string[] = [];
let away = false;
let inUse: string | null = null;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), '模型 и модели '));
  chosen = null;
  inspected = [];
  away = false;
  inUse = null;
  await mkdir(join(root, 'models'));
  await mkdir(join(root, 'elsewhere'));
});
afterEach(() => rm(root, { recursive: true }));

async function inspect(path: string): Promise<ModelFacts> {
  inspected.push(path);
  if (away) throw new EngineError('model-unloaded', 'The engine is away.');
  const text = await readFile(path, 'utf8');
  if (text.startsWith('bad')) throw new EngineError('model-unreadable', 'This is no model.');
  return { ...FACTS, name: text };
}

const open = (parts: Partial<ModelFolderParts> = {}): ModelFolder =>
  new ModelFolder({
    ...{ defaultFolder: join(root, 'models'), chosenFolder: () => chosen, listPath: join(root, 'models.json') },
    ...{ embeddedModel: null, inspect, pathInUse: () => inUse, onPutAside: () => undefined, ...parts },
  });

async function put(path: string, text = 'good'): Promise<string> {
  await writeFile(join(root, path), text);
  return join(root, path);
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const namesOf = async (models: ModelFolder): Promise<string[]> =>
  (await models.list()).models.map(({ fileName, place }) => `${place}: ${fileName}`);

async function idOf(models: ModelFolder, fileName: string): Promise<string> {
  const found = (await models.list()).models.find((model) => model.fileName === fileName);
  if (!found) throw new Error(`${fileName} is not listed`);
  return found.id;
}

async function copy(models: ModelFolder, path: string, onConflict?: OnConflict): Promise<ListedModel> {
  const events: CopyEvent[] = await collect(models.copy(path, onConflict));
  const last = events.at(-1);
  if (last?.type !== 'added') throw new Error('nothing was added');
  return last.model;
}

describe('the list', () => {
  test('has the embedded model, the folder’s files of the four kinds, and linked ones', async () => {
    for (const name of [
      'b.gguf',
      '书 и книга.PTH',
      'a.st',
      'c.safetensors',
      'notes.txt',
      'd.pth.part',
      'e.pth.part.json',
    ])
      await put(`models/${name}`);
    await mkdir(join(root, 'models/folder.pth'));
    const models = open({ embeddedModel: await put('demo.gguf') });
    await models.link(await put('elsewhere/z.st'));
    expect((await models.list()).models.filter(({ missing }) => !missing).map(({ fileName }) => fileName)).toEqual([
      ...['demo.gguf', 'a.st', 'b.gguf', 'c.safetensors', '书 и книга.PTH', 'z.st'],
    ]);
    expect(await namesOf(models)).toContain('linked: z.st');
    expect(await namesOf(open())).toContain('linked: z.st');
  });

  test('tells what a file holds, or why nobody knows', async () => {
    await put('models/good.pth', 'good one');
    await put('models/nonsense.pth', 'bad');
    expect((await open().list()).models).toMatchObject([
      { fileName: 'good.pth', bytes: 8, missing: false, facts: { name: 'good one' }, error: null },
      { fileName: 'nonsense.pth', facts: null, error: { code: 'model-unreadable' } },
    ]);
  });

  test('asks again only when a file has changed, or when the engine was away', async () => {
    const path = await put('models/a.pth');
    const models = open();
    away = true;
    expect((await models.list()).models).toMatchObject([{ facts: null, error: { code: 'model-unloaded' } }]);
    away = false;
    await models.list();
    await models.list();
    expect(inspected).toHaveLength(2);
    await utimes(path, new Date(), new Date(0));
    await models.list();
    expect(inspected).toHaveLength(3);
  });

  test('has what is missing, marked so, until it is back or taken off', async () => {
    const path = await put('elsewhere/a.pth');
    const models = open({ embeddedModel: join(root, 'nowhere.gguf') });
    await models.link(path);
    await rename(path, `${path}.away`);
    expect((await models.list()).models).toMatchObject([
      { place: 'embedded', missing: true, bytes: 0, facts: null, error: null },
      { fileName: 'a.pth', place: 'linked', missing: true },
    ]);
    await rename(`${path}.away`, path);
    expect((await models.list()).models[1]).toMatchObject({ missing: false, facts: { name: 'good' } });
  });

  test('is empty where the folder is not there yet, and says why it cannot be read', async () => {
    chosen = join(root, 'not yet');
    expect(await open().list()).toEqual({ folder: chosen, models: [], folderError: null });
    chosen = await put('a file');
    expect(await open().list()).toMatchObject({ models: [], folderError: { code: 'storage-failed' } });
  });

  test('follows the choice of the folder', async () => {
    await put('models/a.pth');
    await put('elsewhere/b.pth');
    const models = open();
    expect(await namesOf(models)).toEqual(['folder: a.pth']);
    chosen = join(root, 'elsewhere');
    expect(await namesOf(models)).toEqual(['folder: b.pth']);
  });

  test('that is damaged is kept aside', async () => {
    await put('models.json', '{"version":1,"linked":');
    const models = open();
    expect(await namesOf(models)).toEqual([]);
    await models.link(await put('elsewhere/a.pth'));
    expect(await readFile(join(root, 'models.json.damaged'), 'utf8')).toBe('{"version":1,"linked":');
    expect(await namesOf(open())).toEqual(['linked: a.pth']);
  });

  test('keeps every change of many at a time', async () => {
    const models = open();
    const paths = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`elsewhere/${i}.pth`)));
    await Promise.all(paths.map((path) => models.link(path)));
    expect((await open().list()).models).toHaveLength(8);
  });
});

describe('linking', () => {
  test('refuses what is no model, is a folder or is not there', async () => {
    const models = open();
    await expect(models.link(await put('elsewhere/a.pth', 'bad'))).rejects.toMatchObject({ code: 'model-unreadable' });
    await expect(models.link(join(root, 'elsewhere'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(models.link(join(root, 'nothing.pth'))).rejects.toMatchObject({ code: 'not-found' });
    expect(await namesOf(models)).toEqual([]);
  });

  test('twice lists once; a file of the folder or of the app stays what it is', async () => {
    const embeddedModel = await put('demo.gguf');
    const models = open({ embeddedModel });
    const path = await put('elsewhere/a.pth');
    await models.link(path);
    await models.link(path);
    const inFolder = await put('models/b.pth');
    expect((await models.link(inFolder)).place).toBe('folder');
    expect((await models.link(embeddedModel)).place).toBe('embedded');
    expect(await namesOf(models)).toEqual(['embedded: demo.gguf', 'folder: b.pth', 'linked: a.pth']);
  });

  test('that cannot be saved changes nothing', async () => {
    await mkdir(join(root, 'taken/models.json'), { recursive: true });
    const models = open({ listPath: join(await put('file'), 'models.json') });
    await expect(models.link(await put('elsewhere/a.pth'))).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await namesOf(models)).toEqual([]);
    await expect(open({ listPath: join(root, 'taken/models.json') }).list()).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });
});

describe('copying', () => {
  test('puts a whole file into the folder, with progress', async () => {
    const text = 'x'.repeat(5 << 20);
    const path = await put('elsewhere/书 и книга.pth', text);
    chosen = join(root, 'made when needed');
    const models = open();
    const events = await collect(models.copy(path));
    const totalBytes = text.length;
    expect(events).toMatchObject([
      { type: 'progress', bytes: 0, totalBytes },
      { type: 'progress', bytes: 4 << 20, totalBytes },
      { type: 'progress', bytes: totalBytes, totalBytes },
      { type: 'added', model: { place: 'folder', fileName: '书 и книга.pth', bytes: totalBytes } },
    ]);
    expect(await readFile(join(chosen, '书 и книга.pth'), 'utf8')).toBe(text);
    expect(await readdir(chosen)).toEqual(['书 и книга.pth']);
    expect(existsSync(path)).toBe(true);
  });

  test('asks what to do with a file of the same name', async () => {
    const models = open();
    await put('models/a.pth', 'old');
    const path = await put('elsewhere/a.pth', 'new');
    // Before anything is copied.
    await expect(models.copy(path).next()).rejects.toMatchObject({ code: 'file-exists' });
    expect((await copy(models, path, 'keepBoth')).fileName).toBe('a (2).pth');
    expect((await copy(models, path, 'keepBoth')).fileName).toBe('a (3).pth');
    expect(await readFile(join(root, 'models/a.pth'), 'utf8')).toBe('old');
    expect((await copy(models, path, 'replace')).facts?.name).toBe('new');
    expect(await readdir(join(root, 'models'))).toEqual(['a (2).pth', 'a (3).pth', 'a.pth']);
  });

  test('does not replace the file of the model that is loaded, also when it is loaded meanwhile', async () => {
    const models = open();
    inUse = await put('models/a.pth', 'old');
    const path = await put('elsewhere/a.pth', 'new');
    await expect(models.copy(path, 'replace').next()).rejects.toMatchObject({ code: 'model-in-use' });
    expect((await copy(models, path, 'keepBoth')).fileName).toBe('a (2).pth');
    inUse = null;
    const replacing = models.copy(path, 'replace');
    await replacing.next();
    inUse = join(root, 'models/a.pth');
    await expect(collect(replacing)).rejects.toMatchObject({ code: 'model-in-use' });
    expect(await readFile(join(root, 'models/a.pth'), 'utf8')).toBe('old');
    expect(await readdir(join(root, 'models'))).toEqual(['a (2).pth', 'a.pth']);
  });

  test('gives a file that is a model by its contents only a name that tells it', async () => {
    const models = open();
    expect((await copy(models, await put('elsewhere/sha256-abc'))).fileName).toBe('sha256-abc.gguf');
    expect(await namesOf(models)).toEqual(['folder: sha256-abc.gguf']);
  });

  test('leaves nothing when it is stopped', async () => {
    const path = await put('elsewhere/a.pth', 'x'.repeat(5 << 20));
    const models = open();
    for await (const event of models.copy(path)) if (event.type === 'progress' && event.bytes > 0) break;
    expect(await readdir(join(root, 'models'))).toEqual([]);
  });

  test('leaves nothing when there is no room', async () => {
    const path = await put('elsewhere/a.pth');
    const models = open({ freeBytes: () => Promise.resolve(3) });
    await expect(copy(models, path)).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(join(root, 'models'))).toEqual([]);
  });

  test('of a file that is in the folder already only lists it', async () => {
    const models = open();
    const path = await put('models/a.pth');
    await symlink(path, join(root, 'elsewhere/link.pth'));
    expect((await copy(models, join(root, 'elsewhere/link.pth'))).path).toBe(path);
    expect(await readdir(join(root, 'models'))).toEqual(['a.pth']);
  });

  test('refuses what is no model before anything is copied', async () => {
    await expect(copy(open(), await put('elsewhere/a.pth', 'bad'))).rejects.toMatchObject({ code: 'model-unreadable' });
    expect(await readdir(join(root, 'models'))).toEqual([]);
  });

  test('that was cut off by a crash is swept away, and nothing else', async () => {
    const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
    for (const name of [`a.pth.${uuid}.copy`, `b.pth.part.json.${uuid}.tmp`, `.${uuid}.probe`])
      await put(`models/${name}`);
    const others = ['a.pth', 'b.pth.part', 'b.pth.part.json', `letter.${uuid}.tmp`, 'mine.copy'];
    for (const name of others) await put(`models/${name}`);
    await open().sweep();
    expect(await readdir(join(root, 'models'))).toEqual(others);
  });
});

describe('removing', () => {
  test('deletes a file of the folder only if asked to', async () => {
    await put('models/a.pth');
    await put('models/b.pth');
    const models = open();
    await models.remove(await idOf(models, 'a.pth'), { deleteFile: true });
    await models.remove(await idOf(models, 'b.pth'), { deleteFile: false });
    expect(await readdir(join(root, 'models'))).toEqual(['b.pth']);
    expect(await namesOf(open())).toEqual([]);
    await models.link(join(root, 'models/b.pth'));
    expect(await namesOf(open())).toEqual(['folder: b.pth']);
  });

  test('never deletes a file elsewhere', async () => {
    const path = await put('elsewhere/a.pth');
    const models = open();
    const { id } = await models.link(path);
    await models.remove(id, { deleteFile: true });
    expect(await namesOf(open())).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  test('takes off a link to a file that is gone', async () => {
    const path = await put('elsewhere/a.pth');
    const models = open();
    const { id } = await models.link(path);
    await rm(path);
    await models.remove(id, { deleteFile: false });
    expect(await namesOf(models)).toEqual([]);
  });

  test('refuses the embedded model and what is not listed', async () => {
    const embeddedModel = await put('demo.gguf');
    const models = open({ embeddedModel });
    const id = await idOf(models, 'demo.gguf');
    await expect(models.remove(id, { deleteFile: true })).rejects.toMatchObject({ code: 'not-removable' });
    await expect(models.remove('x', { deleteFile: true })).rejects.toMatchObject({ code: 'not-found' });
    expect(existsSync(embeddedModel)).toBe(true);
  });
});

describe('a folder for models', () => {
  test('is made, and left clean', async () => {
    const folder = join(root, 'deep/里面');
    await prepareFolder(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  test('cannot be below a file', async () => {
    await expect(prepareFolder(join(await put('file'), 'models'))).rejects.toMatchObject({ code: 'storage-failed' });
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('cannot be read-only', async () => {
    await chmod(join(root, 'models'), 0o555);
    await expect(prepareFolder(join(root, 'models'))).rejects.toMatchObject({ code: 'folder-read-only' });
    await expect(copy(open(), await put('elsewhere/a.pth'))).rejects.toMatchObject({ code: 'folder-read-only' });
    await chmod(join(root, 'models'), 0o755);
  });

  // Even the superuser may not write there.
  test.skipIf(!existsSync('/proc/self'))('cannot be where nobody can write', async () => {
    await expect(prepareFolder('/proc/self/deep/models')).rejects.toMatchObject({ name: 'AppError' });
  });
});
