import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS, openDatabase, transaction } from './database.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-db-'));
  path = join(folder, 'data', 'anser.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const versionOf = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];
const codeOf = (open: () => unknown): unknown => {
  try {
    open();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

test('is made with all tables, survives being opened again, and waits for the disk', () => {
  const db = openDatabase(path);
  expect(versionOf(db)).toBe(MIGRATIONS.length);
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  db.prepare("INSERT INTO folders VALUES ('a', 'Books', '2026')").run();
  db.close();
  const again = openDatabase(path);
  expect(again.prepare('SELECT name FROM folders').all()).toEqual([{ name: 'Books' }]);
  again.close();
});

test('a transaction happens as a whole or not at all', () => {
  const db = openDatabase(path);
  const insert = db.prepare("INSERT INTO folders VALUES (?, 'x', '2026')");
  expect(() =>
    transaction(db, () => {
      insert.run('a');
      transaction(db, () => insert.run('b'));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(db.prepare('SELECT count(*) AS n FROM folders').get()).toEqual({ n: 0 });
  db.close();
});

test('a new version begins with a copy of the old file', () => {
  const first = openDatabase(path, ['CREATE TABLE a (x)']);
  first.exec('INSERT INTO a VALUES (7)');
  first.close();
  const second = openDatabase(path, ['CREATE TABLE a (x)', 'CREATE TABLE b (y)']);
  expect(versionOf(second)).toBe(2);
  second.close();
  const copy = new DatabaseSync(join(folder, 'data', 'anser.db.before-002'));
  expect(versionOf(copy)).toBe(1);
  expect(copy.prepare('SELECT x FROM a').all()).toEqual([{ x: 7 }]);
  copy.close();
});

test('a migration that fails changes nothing', () => {
  openDatabase(path, ['CREATE TABLE a (x)']).close();
  expect(() => openDatabase(path, ['CREATE TABLE a (x)', 'CREATE TABLE b (y); nonsense'])).toThrow();
  const db = openDatabase(path, ['CREATE TABLE a (x)']);
  expect(versionOf(db)).toBe(1);
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'b'").all()).toEqual([]);
  db.close();
});

test('a database of a newer version is left alone', () => {
  openDatabase(path, ['CREATE TABLE a (x)', 'CREATE TABLE b (y)']).close();
  const before = readFileSync(path);
  expect(codeOf(() => openDatabase(path, ['CREATE TABLE a (x)']))).toBe('database-newer');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.each([
  ['no database at all', (bytes: Buffer) => Buffer.alloc(bytes.length, 'x')],
  [
    'a page of nonsense',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(8192, 7), bytes.subarray(12288)]),
  ],
])('%s is kept aside, and the next start begins anew', (_, damage) => {
  openDatabase(path).close();
  const bytes = damage(readFileSync(path));
  writeFileSync(path, bytes);
  expect(codeOf(() => openDatabase(path))).toBe('database-damaged');
  const aside = readdirSync(join(folder, 'data')).find((name) => name.includes('.damaged-')) ?? '';
  expect(readFileSync(join(folder, 'data', aside)).equals(bytes)).toBe(true);
  openDatabase(path).close();
});

test('a damaged one is told with the copy to go back to', () => {
  openDatabase(path, ['CREATE TABLE a (x)']).close();
  openDatabase(path, ['CREATE TABLE a (x)', 'CREATE TABLE b (y)']).close();
  writeFileSync(path, 'x'.repeat(8192));
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({ nextStep: expect.stringContaining('anser.db.before-002') as unknown }),
  );
});

test('of the copies from before new versions the last three stay', () => {
  const tables = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `CREATE TABLE ${name} (x)`);
  for (let count = 1; count <= tables.length; count++) openDatabase(path, tables.slice(0, count)).close();
  const copies = readdirSync(join(folder, 'data')).filter((name) => name.includes('.before-'));
  expect(copies.sort()).toEqual(['004', '005', '006'].map((version) => `anser.db.before-${version}`));
});

test('a second program is told of the first; a killed one leaves no lock', async () => {
  const program = `
    import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'database.ts'))};
    const db = openDatabase(${JSON.stringify(path)});
    db.prepare("INSERT INTO folders VALUES ('a', 'Books', '2026')").run();
    process.stdout.write('open');
    setInterval(() => db.isOpen, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(codeOf(() => openDatabase(path))).toBe('already-running');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const db = openDatabase(path);
  expect(db.prepare('SELECT name FROM folders').all()).toEqual([{ name: 'Books' }]);
  db.close();
});

test('a folder that cannot be made is a failure of storage', () => {
  writeFileSync(join(folder, 'data'), 'a file');
  expect(codeOf(() => openDatabase(path))).toBe('storage-failed');
});

test('a full disk is told as such, and costs nothing that was there', () => {
  const db = openDatabase(path);
  db.prepare("INSERT INTO folders VALUES ('a', 'Books', '2026')").run();
  const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
  db.exec(`PRAGMA max_page_count = ${pages}`);
  const fill = (): unknown =>
    transaction(db, () => db.prepare('INSERT INTO folders VALUES (?, ?, ?)').run('b', 'x'.repeat(1 << 20), '2026'));
  expect(codeOf(fill)).toBe('disk-full');
  expect(db.prepare('SELECT name FROM folders').all()).toEqual([{ name: 'Books' }]);
  db.close();
});
