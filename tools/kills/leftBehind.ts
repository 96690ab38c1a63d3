/** What is on disk after a kill: the database, the snapshots, how far the reading is saved. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MAX_HEAD_BYTES, readSnapshotHeader } from '../../src/engine/session/snapshots.ts';

const HASH_BYTES = 32;
const DATABASE = 'anser.db';

export const snapshotsOf = (dataFolder: string): string => join(dataFolder, 'snapshots');

/** What SQLite has to say of the database, of which no program may have hold. */
export function databaseViolations(dataFolder: string): string[] {
  // Of a copy: opening it would do what the app has to do with a log that was cut off.
  const copy = mkdtempSync(join(tmpdir(), 'anser-kills-database-'));
  try {
    for (const name of [DATABASE, `${DATABASE}-wal`])
      if (existsSync(join(dataFolder, name))) copyFileSync(join(dataFolder, name), join(copy, name));
    const text = judgement(join(copy, DATABASE));
    return text === 'ok' ? [] : [`the database is damaged: ${text}`];
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** `ok`, or what is wrong. */
function judgement(path: string): string {
  const database = new DatabaseSync(path);
  try {
    const checks = ['PRAGMA integrity_check', 'PRAGMA foreign_key_check'];
    const rows = checks.flatMap((check) => database.prepare(check).all());
    return rows.map((row) => Object.values(row).join(' ')).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.close();
  }
}

/** Snapshots whose bytes do not have the hash that they end with, whoever may or may not ask for them again. */
export async function snapshotViolations(dataFolder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(dataFolder)) {
    if (!name.endsWith('.snapshot')) continue;
    // An engine that works again may have deleted it since.
    const bytes = await readFile(join(snapshotsOf(dataFolder), name)).catch(() => undefined);
    if (!bytes) continue;
    const end = Math.max(0, bytes.length - HASH_BYTES);
    const hash = createHash('sha256').update(bytes.subarray(0, end)).digest();
    if (!hash.equals(bytes.subarray(end))) found.push(`the snapshot ${name} is damaged`);
  }
  return found;
}

/** Files that were being written when a process was killed. */
export async function unfinishedFiles(dataFolder: string): Promise<number> {
  return (await namesIn(dataFolder)).filter((name) => name.endsWith('.tmp')).length;
}

/** Tokens of the document in the snapshot of its reading; 0 without one. There must be one document only. */
export async function savedTokens(dataFolder: string): Promise<number> {
  const name = (await namesIn(dataFolder)).find((one) => /^document-.*\.snapshot$/.test(one));
  if (name === undefined) return 0;
  const file = await open(join(snapshotsOf(dataFolder), name));
  try {
    const head = new Uint8Array(MAX_HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return readSnapshotHeader(head.subarray(0, bytesRead)).info.tokenCount;
  } finally {
    await file.close();
  }
}

const namesIn = (dataFolder: string): Promise<string[]> => readdir(snapshotsOf(dataFolder)).catch(() => []);
