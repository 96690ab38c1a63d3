/**
 * The index of the documents' texts, a file of its own: it can be made again from the texts at any time, so it is neither
 * copied before a migration nor checked at each start.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { transaction } from '../store/database.ts';
import { INDEXED_LENGTH, isIndexed, quoted } from './queries.ts';

/** A piece of a document's text: a page, or what stands below a heading, or less of it. */
export interface TextPart {
  readonly documentId: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** An index of another version is made anew. */
const VERSION = 1;

/** Contentless: the texts are files. Without positions the index takes a fifth of the space; reading the part decides. */
const TABLES = `
CREATE TABLE texts (document_id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, finished INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE parts (
  number INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL,
  start_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL
) STRICT;
CREATE INDEX parts_of_document ON parts (document_id);
CREATE VIRTUAL TABLE part_search
  USING fts5 (text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram');
CREATE VIRTUAL TABLE part_trigrams USING fts5vocab (part_search, 'row');
PRAGMA user_version = ${VERSION};`;

/** Stands after each part, so that its last two characters, too, begin a trigram. No part has line ends of its own. */
const PADDING = '\n'.repeat(INDEXED_LENGTH - 1);

/** What begins more trigrams than this is in nearly every part, and needs no index. */
const MOST_ALTERNATIVES = 300;
/** Few trigrams leave few parts. */
const MOST_TRIGRAMS = 60;

export class TextIndex {
  readonly #path: string;
  readonly #db: DatabaseSync;

  /** @param path made anew when it cannot be used; without a place for it, the index is kept in memory */
  constructor(path: string) {
    this.#path = path;
    this.#db = openOrMake(path) ?? remake(path) ?? make(':memory:');
  }

  /** How far each document's text is in. */
  progress(): Map<string, { readonly bytes: number; readonly finished: boolean }> {
    const rows = this.#db.prepare('SELECT * FROM texts').all();
    return new Map(
      rows.map((row) => [String(row['document_id']), { bytes: Number(row['bytes']), finished: row['finished'] === 1 }]),
    );
  }

  /**
   * Adds the next parts of a document, and notes how far its text is in with them.
   * @param parts with their texts as they are searched; those without any are passed over
   */
  add(
    documentId: string,
    parts: readonly (Omit<TextPart, 'documentId'> & { readonly text: string })[],
    { bytes, finished }: { readonly bytes: number; readonly finished: boolean },
  ): void {
    const part = this.#db.prepare('INSERT INTO parts (document_id, start_byte, end_byte) VALUES (?, ?, ?)');
    const words = this.#db.prepare('INSERT INTO part_search (rowid, text) VALUES (?, ?)');
    const progress = `INSERT INTO texts VALUES (?, ?, ?)
      ON CONFLICT (document_id) DO UPDATE SET bytes = excluded.bytes, finished = excluded.finished`;
    transaction(this.#db, () => {
      for (const { startByte, endByte, text } of parts) {
        if (text === '') continue;
        const { lastInsertRowid } = part.run(documentId, startByte, endByte);
        words.run(lastInsertRowid, text + PADDING);
      }
      this.#db.prepare(progress).run(documentId, bytes, Number(finished));
    });
  }

  remove(documentId: string): void {
    const words = 'DELETE FROM part_search WHERE rowid IN (SELECT number FROM parts WHERE document_id = ?)';
    transaction(this.#db, () => {
      for (const sql of [words, 'DELETE FROM parts WHERE document_id = ?', 'DELETE FROM texts WHERE document_id = ?'])
        this.#db.prepare(sql).run(documentId);
    });
  }

  /** Parts that may hold all terms, the newest first. They have all trigrams of each term, if not always side by side. */
  *candidates(terms: readonly string[]): Generator<TextPart, void, undefined> {
    const match = this.#match(terms);
    if (match === undefined) return;
    const rows =
      match === ''
        ? this.#db.prepare('SELECT * FROM parts ORDER BY number DESC').iterate()
        : this.#db
            .prepare(
              `SELECT p.* FROM part_search s JOIN parts p ON p.number = s.rowid
                WHERE part_search MATCH ? ORDER BY s.rowid DESC`,
            )
            .iterate(match);
    for (const row of rows)
      yield {
        documentId: String(row['document_id']),
        startByte: Number(row['start_byte']),
        endByte: Number(row['end_byte']),
      };
  }

  close(): void {
    this.#db.close();
  }

  /** Closes it, and removes its file. */
  discard(): void {
    this.#db.close();
    removeFiles(this.#path);
  }

  /** In the language of FTS5: '' where any part may do, undefined where none does. */
  #match(terms: readonly string[]): string | undefined {
    const trigrams = terms.filter(isIndexed).flatMap(trigramsOf);
    const groups = [...new Set(trigrams)].slice(0, MOST_TRIGRAMS).map(quoted);
    for (const term of terms.filter((term) => !isIndexed(term))) {
      const alternatives = this.#beginningWith(term);
      if (alternatives.length === 0) return undefined;
      if (alternatives.length <= MOST_ALTERNATIVES) groups.push(`(${alternatives.map(quoted).join(' OR ')})`);
    }
    return groups.join(' AND ');
  }

  /** Trigrams of the index that begin with a term that is shorter, one more than are of use. */
  #beginningWith(term: string): string[] {
    const [from, to] = [term.toLowerCase(), `${term.toLowerCase()}\u{10FFFF}`];
    const sql = 'SELECT term FROM part_trigrams WHERE term >= ? AND term < ? LIMIT ?';
    const rows = this.#db.prepare(sql).all(from, to, MOST_ALTERNATIVES + 1);
    return rows.map((row) => String(row['term']));
  }
}

function trigramsOf(term: string): string[] {
  const characters = Array.from(term);
  return characters.slice(0, 1 - INDEXED_LENGTH).map((_, at) => characters.slice(at, at + INDEXED_LENGTH).join(''));
}

function openOrMake(path: string): DatabaseSync | undefined {
  try {
    return make(path);
  } catch {
    return undefined;
  }
}

/** Whatever was wrong with the file: nothing is in it that is not elsewhere. */
function remake(path: string): DatabaseSync | undefined {
  try {
    removeFiles(path);
  } catch {
    return undefined;
  }
  return openOrMake(path);
}

function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

/** Opens the file, or makes it. @throws an error of SQLite; Error when it is of another version */
function make(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 500 });
  try {
    // What the power's end costs of it is indexed again.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) transaction(db, () => db.exec(TABLES));
    else if (version !== VERSION) throw new Error(`The index is of version ${version}.`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
