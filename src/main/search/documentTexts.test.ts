/** The documents' own texts are found, page by page, however the program ended before. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { found } from '../../../test/support/found.ts';
import type { SearchHit } from '../api/conversations.ts';
import { DocumentFiles } from '../documents/documentFiles.ts';
import { PlacesFiles } from '../documents/placesFiles.ts';
import { openDatabase } from '../store/database.ts';
import { DocumentTexts } from './documentTexts.ts';

let folder: string;
let db: DatabaseSync;
let files: DocumentFiles;
let texts: DocumentTexts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-texts-'));
  db = openDatabase(join(folder, 'anser.db'));
  files = new DocumentFiles(join(folder, 'documents'));
  texts = opened();
});
afterEach(async () => {
  await texts.close();
  db.close();
  rmSync(folder, { recursive: true });
});

const indexPath = (): string => join(folder, 'search.db');
function opened(): DocumentTexts {
  const places = new PlacesFiles(files);
  return new DocumentTexts({ path: indexPath(), files, places: (id) => places.of(id) });
}

interface Outlined {
  readonly pages?: readonly string[];
  readonly sections?: readonly (readonly [title: string, text: string])[];
}

/** Puts a document's files and its row in their places. */
function write(id: string, { pages = [], sections = [] }: Outlined): void {
  const starts = (all: readonly string[]): number[] =>
    all.map((_, place) => Buffer.byteLength(all.slice(0, place).join('')));
  const bodies = sections.map(([, text]) => text);
  const text = pages.length > 0 ? pages.join('') : bodies.join('');
  const outline = starts(bodies).map((startByte, place) => ({
    title: sections[place]?.[0] ?? '',
    level: 1,
    startByte,
  }));
  const map = {
    ...{ version: 1, format: 'text', bytes: Buffer.byteLength(text) },
    ...{ pages: starts(pages), outline: outline.filter(({ title }) => title !== '') },
  };
  mkdirSync(files.folder(id), { recursive: true });
  writeFileSync(files.textPath(id), text);
  writeFileSync(files.mapPath(id), JSON.stringify(map));
  const sql = `INSERT OR IGNORE INTO documents (id, sha256, path, facts, conversation_id, created_at) VALUES (?, ?, '', ?, '', ?)`;
  db.prepare(sql).run(id, id, JSON.stringify({ title: `Title ${id}`, name: `${id}.txt` }), '2026');
}

async function add(id: string, outlined: Outlined): Promise<void> {
  write(id, outlined);
  texts.add(id);
  await texts.settled;
}

type TextHit = Extract<SearchHit, { kind: 'text' }>;
const find = (query: string): TextHit[] => found(db, query, texts).flatMap((hit) => (hit.kind === 'text' ? [hit] : []));
const marks = (query: string): string[] =>
  find(query).flatMap(({ snippet }) => snippet.flatMap(({ text, match }) => (match ? [text] : [])));

test('a hit tells the page and the bytes of the page', async () => {
  const pages = ['The first page.\n', '灯塔在海边。\n', 'The keeper’s log: „Sturm“.'];
  await add('a', { pages });
  expect(find('keeper')).toMatchObject([{ documentId: 'a', title: 'Title a', page: 3, heading: null }]);
  const [hit] = find('海边');
  expect(hit).toMatchObject({ page: 2, startByte: 16 });
  const bytes = readFileSync(files.textPath('a')).subarray(hit?.startByte, hit?.endByte);
  expect(bytes.toString()).toBe(pages[1]);
});

test('without pages it tells the heading; long texts are cut between words and characters', async () => {
  const long = `${'words and words '.repeat(900)}needle ${'很长的文字'.repeat(2000)}针`;
  await add('a', {
    sections: [
      ['Start', 'It begins.\n'],
      ['Middle', long],
    ],
  });
  expect(find('begins')).toMatchObject([{ page: null, heading: 'Start' }]);
  expect(find('needle')).toMatchObject([{ heading: 'Middle' }]);
  expect(marks('字针')).toEqual(['字针']);
  for (const hit of find('文字')) {
    expect(hit.endByte - hit.startByte).toBeLessThanOrEqual(8192);
    expect([...texts.read([hit])][0]?.[1]).not.toContain('\uFFFD');
  }
});

test.each([
  [
    'words of one, two and three characters',
    '灯塔在海边 ab',
    ['灯', '灯塔', '灯塔在', '边', '海边', 'a', 'ab', 'AB', 'b'],
  ],
  [
    'lines that break within a word',
    '我们在灯\n塔里 the old\nkeeper',
    ['灯塔', '在灯塔里', '"old keeper"', 'keeper old'],
  ],
  [
    'signs',
    `50% a_b "x" C:\\temp 'q' (y) *z* NOT NEAR( -- ;`,
    ['50%', 'a_b', 'C:\\temp', "'q'", '(y)', '*z*', 'NEAR('],
  ],
  [
    'letters of other alphabets',
    'ÄRGER МОСКВА cafe\u0301 İstanbul',
    ['ärger', 'москва', 'café', 'är', 'м', 'CAFE\u0301'],
  ],
  ['characters beyond the first 65,536', '𠮷野家 🐋🐋🐋', ['𠮷', '𠮷野', '🐋', '🐋🐋🐋']],
])('%s are found', async (_, text, queries) => {
  await add('a', { pages: [text] });
  for (const query of queries) expect(find(query), query).toHaveLength(1);
  for (const query of ['塔海', '灯海', 'abc', 'keepers', '%%', 'ba', '🐋家']) expect(find(query), query).toEqual([]);
});

test('all trigrams of a word do not make the word', async () => {
  await add('a', { pages: ['there, herein, rein', 'the thing therein'] });
  expect(find('therein')).toMatchObject([{ page: 2 }]);
});

test('the best comes first: whole words, often, side by side', async () => {
  const filling = 'Nothing of note. '.repeat(60);
  await add('a', {
    pages: [
      `The party. ${filling}`,
      `Art, and more art. ${filling}`,
      `An art. ${filling}`,
      `Of art here, of modern there. ${filling}`,
      `Of modern art. ${filling}`,
    ],
  });
  expect(find('art').map(({ page }) => page)).toEqual([2, 3, 5, 4, 1]);
  expect(find('modern art').map(({ page }) => page)).toEqual([5, 4]);
});

test('what is in the bin is not found, after restoring it is, and purged it is gone', async () => {
  await add('a', { pages: ['A parrot.'] });
  await add('b', { pages: ['Another parrot.'] });
  const bin = (deletedAt: string | null): unknown =>
    db.prepare("UPDATE documents SET deleted_at = ? WHERE id = 'a'").run(deletedAt);
  bin('2026');
  expect(find('parrot')).toMatchObject([{ documentId: 'b' }]);
  bin(null);
  expect(find('parrot')).toHaveLength(2);
  texts.remove('a');
  expect(find('parrot')).toMatchObject([{ documentId: 'b' }]);
  expect(find('pa')).toMatchObject([{ documentId: 'b' }]);
});

test('a start completes what is missing, goes on where indexing ended, and drops what has no document', async () => {
  write('a', {
    pages: Array.from(
      { length: 40 },
      (_, page) =>
        `Page ${String(page).padStart(2, '0')} ${'filling '.repeat(300)} end${String(page).padStart(2, '0')}.`,
    ),
  });
  await add('gone', { pages: ['A parrot.'] });
  texts.add('a');
  // In the midst of it, or before it began.
  await texts.close();
  texts = opened();
  texts.complete(['a']);
  await texts.settled;
  expect(find('end39')).toMatchObject([{ page: 40 }]);
  expect(find('filling').map(({ page }) => page)).toEqual(Array.from({ length: 40 }, (_, place) => place + 1));
  db.prepare("UPDATE documents SET id = 'other' WHERE id = 'gone'").run();
  expect([...texts.candidates(['parrot'])]).toEqual([]);
});

test('a damaged index, and one of another version, is made anew', async () => {
  await add('a', { pages: ['A parrot.'] });
  for (const damage of [
    () => writeFileSync(indexPath(), 'x'.repeat(9000)),
    () => rmSync(indexPath()),
    () => {
      const bytes = readFileSync(indexPath());
      writeFileSync(indexPath(), Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]));
    },
  ]) {
    await texts.close();
    damage();
    texts = opened();
    texts.complete(['a']);
    find('parrot');
    await texts.settled;
    expect(find('parrot')).toHaveLength(1);
  }
});

test('texts that cannot be read are passed over', async () => {
  await add('a', { pages: ['A parrot.'] });
  rmSync(files.folder('a'), { recursive: true });
  expect(find('parrot')).toEqual([]);
  texts.add('nowhere');
  await add('b', { pages: ['A parrot.'] });
  expect(find('parrot')).toMatchObject([{ documentId: 'b' }]);
});

test('without a sound map a text is found, without its pages', async () => {
  write('a', { pages: ['Page one.', 'A parrot.'] });
  writeFileSync(files.mapPath('a'), 'nonsense');
  texts.add('a');
  await texts.settled;
  expect(find('parrot')).toMatchObject([{ startByte: 0, page: null, heading: null }]);
});

test('a document without text is complete', async () => {
  await add('a', {});
  expect(find('a')).toEqual([]);
});
