import { expect, test } from 'vitest';
import type { AppApi } from '../../main/api/contract.ts';
import type { Document, ImportEvent } from '../../main/api/documents.ts';
import { createImports, type Imports } from './imports.ts';

const document = (id: string): Document => ({ id, title: id }) as Document;
const imported = (id: string, known: 'no' | 'yes' | 'in-bin' = 'no'): ImportEvent => ({
  ...{ type: 'imported', document: document(id), known },
});
const rejected = (path: string): ImportEvent => ({
  ...{ type: 'rejected', path, error: { code: 'document-unreadable', message: path } },
});

function open(script: (paths: readonly string[]) => AsyncIterable<ImportEvent>): { imports: Imports; added: string[] } {
  const added: string[] = [];
  const app = {
    importDocuments: ({ paths }: { paths: string[] }) => script(paths),
    importSample: () => script(['sample']),
  } as unknown as AppApi;
  const imports = createImports({
    app,
    shell: { pathsOf: async (files) => files.map(({ name }) => `/uploads/${name}`) },
    onAdded: ({ id }) => added.push(id),
  });
  return { imports, added };
}

const done = (imports: Imports): Promise<void> => expect.poll(() => imports.getState().fraction).toBeUndefined();

test('one good file is shown at once, without a report', async () => {
  const { imports, added } = open(async function* (paths) {
    yield { type: 'progress', fraction: 0.5 };
    for (const path of paths) yield imported(path);
  });
  imports.importFiles([new File(['a'], 'a.md')]);
  await expect.poll(() => added).toEqual(['/uploads/a.md']);
  expect(imports.getState()).toEqual({ fraction: undefined, report: undefined });
});

test('the sample is asked of the main side, which has its file', async () => {
  const { imports, added } = open(async function* (paths) {
    for (const path of paths) yield imported(path);
  });
  imports.importSample();
  await expect.poll(() => added).toEqual(['sample']);
});

test('several good files are only added', async () => {
  const { imports, added } = open(async function* () {
    yield imported('a');
    yield imported('b');
  });
  imports.importPaths(['/folder']);
  await expect.poll(() => imports.getState().fraction).toBe(0);
  await done(imports);
  expect(added).toEqual([]);
  expect(imports.getState().report).toBeUndefined();
});

test('each rejected and each known file is named; the good one is kept', async () => {
  const { imports, added } = open(async function* () {
    yield imported('a');
    yield rejected('/x.bin');
    yield imported('b', 'in-bin');
    yield rejected('/y.bin');
  });
  imports.importPaths(['/folder']);
  await expect.poll(() => imports.getState().report).toBeDefined();
  const { report } = imports.getState();
  expect(report?.added.map(({ id }) => id)).toEqual(['a']);
  expect(report?.known.map(({ document: { id }, known }) => [id, known])).toEqual([['b', 'in-bin']]);
  expect(report?.rejected.map(({ path, error }) => [path, error.message])).toEqual([
    ['/x.bin', '/x.bin'],
    ['/y.bin', '/y.bin'],
  ]);
  expect(added).toEqual([]);
  imports.dismiss();
  expect(imports.getState().report).toBeUndefined();
});

test('an end before the end is told, and the next drop goes on', async () => {
  let fails = true;
  const { imports, added } = open(async function* () {
    yield imported('a');
    if (fails) throw new Error('cut');
  });
  imports.importPaths(['/a']);
  await expect.poll(() => imports.getState().report?.error).toMatchObject({ message: 'cut' });
  fails = false;
  imports.importPaths(['/a']);
  await expect.poll(() => added).toEqual(['a']);
});

test('what lies on no disk is not passed over in silence', async () => {
  const imports = createImports({
    ...{ app: {} as AppApi, onAdded: () => undefined },
    shell: { pathsOf: async () => [] },
  });
  imports.importFiles([new File([], 'a')]);
  await expect.poll(() => imports.getState().report?.error).toMatchObject({ code: 'document-unreadable' });
});

test('drops wait for each other', async () => {
  const gate = Promise.withResolvers<undefined>();
  const begun: string[] = [];
  const { imports } = open(async function* (paths) {
    begun.push(...paths);
    await gate.promise;
    yield imported('a');
  });
  imports.importPaths(['/1']);
  imports.importPaths(['/2']);
  await expect.poll(() => begun).toEqual(['/1']);
  gate.resolve(undefined);
  await expect.poll(() => begun).toEqual(['/1', '/2']);
});
