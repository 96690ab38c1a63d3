/**
 * Snapshots that nothing needs any more. They are noted in the transaction that deletes what needed them, and stay noted
 * until the engine has deleted them: neither a crash nor an engine that is away leaves files that nobody knows of.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { EngineApi } from '../engine/api/contract.ts';

export class SnapshotDisposal {
  readonly #db: DatabaseSync;
  readonly #engine: { readonly api: Pick<EngineApi, 'deleteSnapshots'> };
  readonly #isUsed: (id: string) => boolean;

  /** @param isUsed a snapshot that was noted may be in use again: a document's snapshot has the same name each time */
  constructor(
    db: DatabaseSync,
    engine: { readonly api: Pick<EngineApi, 'deleteSnapshots'> },
    isUsed: (id: string) => boolean,
  ) {
    this.#db = db;
    this.#engine = engine;
    this.#isUsed = isUsed;
  }

  note(ids: readonly string[]): void {
    const insert = this.#db.prepare('INSERT OR IGNORE INTO doomed_snapshots (id) VALUES (?)');
    for (const id of ids) insert.run(id);
  }

  /** Deletes what is noted. @throws what the engine throws; all stays noted then */
  async dispose(): Promise<void> {
    const noted = this.#db
      .prepare('SELECT id FROM doomed_snapshots')
      .all()
      .map((row) => String(row['id']));
    if (noted.length === 0) return;
    const ids = noted.filter((id) => !this.#isUsed(id));
    await this.#engine.api.deleteSnapshots({ ids });
    const forget = this.#db.prepare('DELETE FROM doomed_snapshots WHERE id = ?');
    for (const id of noted) forget.run(id);
  }
}
