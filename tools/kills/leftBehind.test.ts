import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderSnapshotStore } from '../../src/engine/hosts/snapshotStore.ts';
import { encodeSnapshot, type ModelIdentity } from '../../src/engine/session/snapshots.ts';
import { shiftLength, wkvLength } from '../../src/engine/rwkv7/config.ts';
import { TINY_CONFIG } from '../../test/support/randomModel.ts';
import { databaseViolations, savedTokens, snapshotsOf, snapshotViolations, unfinishedFiles } from './leftBehind.ts';

const MODEL: ModelIdentity = { modelName: 'tiny', fingerprint: 'a'.repeat(64), config: TINY_CONFIG };
let dataFolder = '';

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'anser-left-'));
});
afterEach(() => {
  rmSync(dataFolder, { recursive: true });
});

async function keep(id: string, tokenCount: number): Promise<void> {
  const facts = { id, tokenCount, prefixHash: 'b'.repeat(64), prefixMidstate: '', createdAt: '2026-01-01T00:00:00Z' };
  const state = {
    shift: new Float32Array(shiftLength(TINY_CONFIG)).fill(0.5),
    wkv: new Float32Array(wkvLength(TINY_CONFIG)).fill(0.25),
  };
  const { bytes } = await encodeSnapshot({ ...facts, extra: {}, state, logits: undefined }, MODEL);
  await folderSnapshotStore(snapshotsOf(dataFolder)).put(id, [bytes]);
}

test('snapshots that were written whole are sound, and tell how far the reading is', async () => {
  await keep('document-1', 321);
  await keep('state-1', 12);
  expect(await snapshotViolations(dataFolder)).toEqual([]);
  expect(await savedTokens(dataFolder)).toBe(321);
});

test.each([
  ['one changed byte', (bytes: Buffer) => bytes.fill(bytes.readUInt8(900) ^ 1, 900, 901)],
  ['a missing end', (bytes: Buffer) => bytes.subarray(0, -5)],
  ['nothing', () => Buffer.alloc(0)],
])('a snapshot with %s is found', async (_, damage) => {
  await keep('state-1', 12);
  const path = join(snapshotsOf(dataFolder), 'state-1.snapshot');
  writeFileSync(path, damage(readFileSync(path)));
  expect(await snapshotViolations(dataFolder)).toEqual(['the snapshot state-1.snapshot is damaged']);
});

test('before anything was saved nothing is wrong', async () => {
  expect(await snapshotViolations(dataFolder)).toEqual([]);
  expect(await savedTokens(dataFolder)).toBe(0);
});

test('files that were never finished are counted', async () => {
  mkdirSync(snapshotsOf(dataFolder));
  writeFileSync(join(snapshotsOf(dataFolder), 'state-1.snapshot.17-ab.tmp'), 'ha');
  expect(await unfinishedFiles(dataFolder)).toBe(1);
  expect(await snapshotViolations(dataFolder)).toEqual([]);
});

/** Rows enough for several pages, and a log that still holds some of them. */
function database(): DatabaseSync {
  const db = new DatabaseSync(join(dataFolder, 'anser.db'));
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT)');
  db.prepare('INSERT INTO words (word) SELECT ? FROM json_each(?)').run(
    'a word '.repeat(20),
    JSON.stringify(Array(300).fill(0)),
  );
  return db;
}

test('a sound database is judged without touching its log', () => {
  const db = database();
  const before = readFileSync(join(dataFolder, 'anser.db-wal'));
  expect(databaseViolations(dataFolder)).toEqual([]);
  expect(readFileSync(join(dataFolder, 'anser.db-wal')).equals(before)).toBe(true);
  db.close();
});

test('a damaged database is found', () => {
  database().close();
  const path = join(dataFolder, 'anser.db');
  const bytes = readFileSync(path);
  // All pages but the first, which says how big they are.
  writeFileSync(path, bytes.fill(0xab, 4096));
  expect(databaseViolations(dataFolder)).toEqual([expect.stringContaining('the database is damaged')]);
});

test('a row that points at nothing is found', () => {
  const db = database();
  db.exec('CREATE TABLE uses (word INTEGER REFERENCES words (id)); PRAGMA foreign_keys = OFF');
  db.exec('INSERT INTO uses VALUES (999)');
  db.close();
  expect(databaseViolations(dataFolder)).toEqual([expect.stringContaining('uses')]);
});
