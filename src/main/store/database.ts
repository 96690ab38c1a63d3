/**
 * The database of conversations, documents and states. One program a data folder; nothing committed is lost when the
 * program or the machine dies; each new version of the tables begins with a copy of the file as it was.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { systemCode } from '../storageFailure.ts';
import { migration001 } from './migrations/001.ts';
import { migration002 } from './migrations/002.ts';

/** In order; the version of a database is how many of them it has. */
export const MIGRATIONS: readonly string[] = [migration001, migration002];

/** Copies from before a migration that are kept. */
const KEPT_BACKUPS = 3;

/** Read-only, an error of the disk, full, and no file: nothing about the statement. */
const REFUSALS: readonly number[] = [8, 10, 13, 14];

/** Result codes of SQLite that a user can do something about. Source: sqlite.org/rescode.html */
const [BUSY, CORRUPT, FULL, NOT_A_DATABASE] = [5, 11, 13, 26];

/**
 * Opens the database at `path`, or makes it, and brings it to the newest version.
 * @throws AppError `already-running`, `database-damaged`, `database-newer`, `disk-full`, `storage-failed`
 */
export function openDatabase(path: string, migrations = MIGRATIONS): DatabaseSync {
  return withReasons(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const db = new DatabaseSync(path, { timeout: 500 });
    try {
      // The lock is the system's, taken with the first access and gone with the process, however it ends.
      db.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
      );
      const check = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
      if (check !== 'ok') throw new Damage(String(check));
      migrate(db, path, migrations);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** What the check of a database found. The file is moved once it is closed: Windows moves no open ones. */
class Damage extends Error {
  override readonly name = 'Damage';
}

/** Runs `work` as one transaction: all of it happens, or nothing. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  // Work may be made of parts that are transactions by themselves.
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite ends some by itself, when the disk is full for example.
    if (inTransaction(db)) db.exec('ROLLBACK');
    throw storeError(error);
  }
}

/** Apart, as the compiler takes it for settled above. */
const inTransaction = (db: DatabaseSync): boolean => db.isTransaction;

function migrate(db: DatabaseSync, path: string, migrations: readonly string[]): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length)
    throw new AppError('database-newer', `${path} was made by a newer version of Anser.`, {
      nextStep: 'Install the newest version. Nothing was changed.',
    });
  if (version === migrations.length) return;
  if (version > 0) backUp(db, path, version);
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    transaction(db, () => db.exec(`${sql}; PRAGMA user_version = ${index + 1};`));
  }
}

const backupPrefix = (path: string): string => `${basename(path)}.before-`;

/** Copies the database as it is, whole, beside itself; the oldest copies go. */
function backUp(db: DatabaseSync, path: string, version: number): void {
  const copy = join(dirname(path), `${backupPrefix(path)}${String(version + 1).padStart(3, '0')}`);
  rmSync(copy, { force: true });
  db.prepare('VACUUM INTO ?').run(copy);
  for (const name of backupsOf(path).slice(KEPT_BACKUPS)) rmSync(join(dirname(path), name), { force: true });
}

/** Names of the copies, newest first. */
function backupsOf(path: string): string[] {
  const prefix = backupPrefix(path);
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .sort()
    .reverse();
}

function damaged(path: string, cause: unknown): AppError {
  const [backup] = backupsOf(path);
  const aside = `${path}.damaged-${Date.now()}`;
  // With what belongs to it: a later attempt to rescue it needs both.
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  return new AppError('database-damaged', `The database ${path} is damaged. It was kept as ${aside}.`, {
    cause,
    nextStep:
      backup === undefined
        ? 'Start Anser again for an empty one, or put a copy of your own in its place.'
        : `Start Anser again for an empty one, or rename ${backup} to ${basename(path)} first.`,
  });
}

function withReasons<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof Damage || isDamage(error)) throw damaged(path, error);
    if (sqliteCode(error) === BUSY)
      throw new AppError('already-running', `Anser is running already with the folder ${dirname(path)}.`, {
        cause: error,
        nextStep: 'Use that window, or end it first.',
      });
    throw storeError(error);
  }
}

/** What a failed write means to the user; other errors stay as they are. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = sqliteCode(error);
  if (code === FULL)
    return new AppError('disk-full', 'The disk is full.', {
      cause: error,
      nextStep: 'Free some space on the disk of the data folder, then try again.',
    });
  const reason = code === undefined ? systemCode(error) : undefined;
  if (code === undefined && reason === undefined) return error;
  return new AppError('storage-failed', `The database cannot be written: ${(error as Error).message}.`, {
    cause: error,
    nextStep: 'Check that the data folder can be written to.',
  });
}

/** Whether SQLite itself refused: what the statement says is not to blame. */
export function isStoreFailure(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && REFUSALS.includes(code);
}

/** Whether the file itself is damaged, or is no database. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** SQLite's primary result code, where the error is one of SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
