/** Imported documents in the database. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { DocumentFacts } from '../../engine/api/schemas.ts';

export interface DocumentRow {
  readonly id: string;
  /** Where it came from. */
  readonly path: string;
  readonly facts: DocumentFacts;
  readonly conversationId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Null unless it is in the bin. */
  readonly deletedAt: string | null;
}

export class DocumentStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  insert({ id, path, facts, conversationId, createdAt, deletedAt }: DocumentRow): void {
    const sql = `INSERT INTO documents (id, sha256, path, facts, conversation_id, created_at, deleted_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#db.prepare(sql).run(id, facts.sha256, path, JSON.stringify(facts), conversationId, createdAt, deletedAt);
  }

  get(id: string): DocumentRow | undefined {
    const row = this.#db.prepare('SELECT * FROM documents WHERE id = ?').get(id);
    return row && documentOf(row);
  }

  /** By the hash of the original file; those in the bin, too. */
  withHash(sha256: string): DocumentRow | undefined {
    const row = this.#db.prepare('SELECT * FROM documents WHERE sha256 = ?').get(sha256);
    return row && documentOf(row);
  }

  /** The latest first. */
  list(deleted: boolean): DocumentRow[] {
    const condition = deleted ? 'IS NOT NULL' : 'IS NULL';
    const sql = `SELECT * FROM documents WHERE deleted_at ${condition} ORDER BY created_at DESC, rowid DESC`;
    return this.#db.prepare(sql).all().map(documentOf);
  }

  setDeleted(id: string, deletedAt: string | null): void {
    this.#db.prepare('UPDATE documents SET deleted_at = ? WHERE id = ?').run(deletedAt, id);
  }

  delete(id: string): void {
    this.#db.prepare('DELETE FROM documents WHERE id = ?').run(id);
  }
}

const documentOf = (row: Record<string, SQLOutputValue>): DocumentRow => ({
  // Only we write the table, so that its rows are as they were put in.
  id: row['id'] as string,
  path: row['path'] as string,
  facts: JSON.parse(row['facts'] as string) as DocumentFacts,
  conversationId: row['conversation_id'] as string,
  createdAt: row['created_at'] as string,
  deletedAt: row['deleted_at'] as string | null,
});
