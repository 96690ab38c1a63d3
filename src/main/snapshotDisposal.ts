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
  /** Being made. */
  readonly #held = new Set<string>();

  /**
   * @param isUsed whether anything in the database rests on a snapshot (readings, saved states, messages): one that was
   * noted may be in use again, or was just made when the program ended
   */
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
    const free = this.#noted();
    const ids = free.filter((id) => !this.#isUsed(id));
    if (ids.length > 0) await this.#engine.api.deleteSnapshots({ ids });
    this.#forget(free);
  }

  /** What `dispose` would delete now. */
  doomed(): string[] {
    return this.#noted().filter((id) => !this.#isUsed(id));
  }

  /**
   * Makes a snapshot and what will need it. Whatever fails, or ends the program, before `make` has resolved leaves no
   * snapshot behind.
   */
  async making<T>(id: string, make: () => Promise<T>): Promise<T> {
    this.note([id]);
    this.#held.add(id);
    try {
      const made = await make();
      this.#forget([id]);
      return made;
    } finally {
      this.#held.delete(id);
    }
  }

  /** Without those that are being made. */
  #noted(): string[] {
    const rows = this.#db.prepare('SELECT id FROM doomed_snapshots').all();
    return rows.map((row) => String(row['id'])).filter((id) => !this.#held.has(id));
  }

  #forget(ids: readonly string[]): void {
    const forget = this.#db.prepare('DELETE FROM doomed_snapshots WHERE id = ?');
    for (const id of ids) forget.run(id);
  }
}
