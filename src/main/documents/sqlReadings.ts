/** Readings in the database. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { assert } from '../../engine/api/errors.ts';
import type { SectionFacts } from '../../engine/api/schemas.ts';
import { transaction } from '../store/database.ts';
import type { ReadingPatch, ReadingRow, ReadingStore, SectionRow } from './readingStore.ts';

type Row = Record<string, SQLOutputValue>;

/** The column of each field, and whether it holds JSON. */
const COLUMNS: Readonly<Record<keyof ReadingRow, readonly [column: string, kind: 'plain' | 'json' | 'flag']>> = {
  id: ['id', 'plain'],
  documentId: ['document_id', 'plain'],
  focus: ['focus', 'plain'],
  modelName: ['model_name', 'plain'],
  modelFingerprint: ['model_fingerprint', 'plain'],
  summarise: ['summarise', 'flag'],
  status: ['status', 'plain'],
  snapshotId: ['snapshot_id', 'plain'],
  progress: ['progress', 'json'],
  overall: ['overall', 'plain'],
  stateBytes: ['state_bytes', 'plain'],
  startedAt: ['started_at', 'plain'],
  finishedAt: ['finished_at', 'plain'],
  error: ['error', 'json'],
};

export class SqlReadings implements ReadingStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  list(documentId: string): ReadingRow[] {
    const sql = 'SELECT * FROM readings WHERE document_id = ? ORDER BY started_at DESC, rowid DESC';
    return this.#db.prepare(sql).all(documentId).map(readingOf);
  }

  get(id: string): ReadingRow | undefined {
    const row = this.#db.prepare('SELECT * FROM readings WHERE id = ?').get(id);
    return row && readingOf(row);
  }

  insert(row: ReadingRow): void {
    const { names, values } = columnsOf(row);
    const marks = names.map(() => '?').join(', ');
    this.#write(`INSERT INTO readings (${names.join(', ')}) VALUES (${marks})`, values);
  }

  update(id: string, patch: ReadingPatch): void {
    const { names, values } = columnsOf(patch);
    if (names.length === 0) return;
    const changes = names.map((name) => `${name} = ?`).join(', ');
    this.#write(`UPDATE readings SET ${changes} WHERE id = ?`, [...values, id]);
  }

  delete(id: string): void {
    const note = `INSERT OR IGNORE INTO doomed_snapshots (id)
      SELECT snapshot_id FROM readings WHERE id = ? AND snapshot_id IS NOT NULL`;
    transaction(this.#db, () => {
      this.#db.prepare(note).run(id);
      this.#db.prepare('DELETE FROM readings WHERE id = ?').run(id);
    });
  }

  sections(id: string): SectionRow[] {
    const sql = 'SELECT section, summary FROM reading_sections WHERE reading_id = ? ORDER BY position';
    return this.#db.prepare(sql).all(id).map(sectionOf);
  }

  putSection(id: string, section: SectionFacts): SectionRow {
    const sql = `INSERT INTO reading_sections (reading_id, position, section) VALUES (?, ?, ?)
      ON CONFLICT (reading_id, position) DO UPDATE SET section = excluded.section RETURNING section, summary`;
    const row = transaction(this.#db, () => this.#db.prepare(sql).get(id, section.index, JSON.stringify(section)));
    assert(row, 'what was inserted comes back');
    return sectionOf(row);
  }

  putSummary(id: string, index: number, summary: string): void {
    const sql = 'UPDATE reading_sections SET summary = ? WHERE reading_id = ? AND position = ?';
    this.#write(sql, [summary, id, index]);
  }

  pauseInterrupted(): void {
    this.#write("UPDATE readings SET status = 'paused' WHERE status IN ('reading', 'waiting')", []);
  }

  usesSnapshot(snapshotId: string): boolean {
    return this.#db.prepare('SELECT 1 FROM readings WHERE snapshot_id = ? LIMIT 1').get(snapshotId) !== undefined;
  }

  /** @throws AppError `disk-full`, `storage-failed` */
  #write(sql: string, values: readonly SQLInputValue[]): void {
    transaction(this.#db, () => this.#db.prepare(sql).run(...values));
  }
}

function columnsOf(fields: Partial<ReadingRow>): { names: string[]; values: SQLInputValue[] } {
  const present = (Object.keys(COLUMNS) as (keyof ReadingRow)[]).filter((name) => fields[name] !== undefined);
  return {
    names: present.map((name) => COLUMNS[name][0]),
    values: present.map((name) => toColumn(fields[name], COLUMNS[name][1])),
  };
}

function toColumn(value: unknown, kind: 'plain' | 'json' | 'flag'): SQLInputValue {
  if (kind === 'flag') return value ? 1 : 0;
  // The types of ReadingRow leave text, numbers and null.
  return kind === 'json' && value !== null ? JSON.stringify(value) : (value as SQLInputValue);
}

/** Only we write the table, so that its rows are as they were put in. */
function readingOf(row: Row): ReadingRow {
  const fields = Object.entries(COLUMNS).map(([name, [column, kind]]) => [name, fromColumn(row[column] ?? null, kind)]);
  return Object.fromEntries(fields) as ReadingRow;
}

function fromColumn(value: SQLOutputValue, kind: 'plain' | 'json' | 'flag'): unknown {
  if (kind === 'flag') return value === 1;
  return kind === 'json' && typeof value === 'string' ? JSON.parse(value) : value;
}

const sectionOf = (row: Row): SectionRow => ({
  section: JSON.parse(row['section'] as string) as SectionFacts,
  summary: row['summary'] as string | null,
});
