/** Folders of conversations in the database. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Folder } from '../api/conversations.ts';
import { notFound } from '../errors.ts';
import { transaction } from '../store/database.ts';

const COUNTED = `SELECT f.id, f.name, count(c.id) AS n FROM folders f
  LEFT JOIN conversations c ON c.folder_id = f.id AND c.deleted_at IS NULL`;

export class FolderStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  list(): Folder[] {
    return this.#db
      .prepare(`${COUNTED} GROUP BY f.id ORDER BY f.name COLLATE NOCASE`)
      .all()
      .map((row) => ({ id: String(row['id']), name: String(row['name']), conversationCount: Number(row['n']) }));
  }

  create(name: string): Folder {
    const id = randomUUID();
    this.#run('INSERT INTO folders VALUES (?, ?, ?)', id, name, new Date().toISOString());
    return this.#get(id);
  }

  /** @throws AppError `not-found` */
  rename(id: string, name: string): Folder {
    this.#run('UPDATE folders SET name = ? WHERE id = ?', name, id);
    return this.#get(id);
  }

  /** Its conversations stay. */
  delete(id: string): void {
    this.#run('DELETE FROM folders WHERE id = ?', id);
  }

  #run(sql: string, ...values: string[]): void {
    transaction(this.#db, () => this.#db.prepare(sql).run(...values));
  }

  #get(id: string): Folder {
    const folder = this.list().find((candidate) => candidate.id === id);
    if (!folder) throw notFound('folder');
    return folder;
  }
}
