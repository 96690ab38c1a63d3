/** Folders of conversations in the database. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Folder } from '../api/conversations.ts';
import { notFound } from '../errors.ts';

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
    this.#db.prepare('INSERT INTO folders VALUES (?, ?, ?)').run(id, name, new Date().toISOString());
    return this.#get(id);
  }

  /** @throws AppError `not-found` */
  rename(id: string, name: string): Folder {
    this.#db.prepare('UPDATE folders SET name = ? WHERE id = ?').run(name, id);
    return this.#get(id);
  }

  /** Its conversations stay. */
  delete(id: string): void {
    this.#db.prepare('DELETE FROM folders WHERE id = ?').run(id);
  }

  #get(id: string): Folder {
    const folder = this.list().find((candidate) => candidate.id === id);
    if (!folder) throw notFound('folder');
    return folder;
  }
}
