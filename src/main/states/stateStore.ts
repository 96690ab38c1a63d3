/** Saved states in the database; the states themselves are snapshots. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { LoadedModel } from '../../engine/api/schemas.ts';
import type { SavedState } from '../api/states.ts';
import type { TranscriptMessage } from '../conversationAccess.ts';

export interface StateRow extends Pick<
  SavedState,
  'id' | 'name' | 'tags' | 'source' | 'modelName' | 'position' | 'byteLength' | 'createdAt'
> {
  readonly snapshotId: string;
  readonly modelFingerprint: LoadedModel['fingerprint'];
  /** What is shown before the next turn. */
  readonly transcript: readonly TranscriptMessage[];
  /** Reading the transcript again gives the state, with any model. */
  readonly replayable: boolean;
  /** Its snapshot could not be read. */
  readonly damaged: boolean;
}

export class StateStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  insert(row: StateRow): void {
    const sql = `INSERT INTO saved_states (id, snapshot_id, name, tags, source, model_name, model_fingerprint, position,
      byte_length, transcript, replayable, damaged, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#db
      .prepare(sql)
      .run(
        ...[row.id, row.snapshotId, row.name, JSON.stringify(row.tags), JSON.stringify(row.source)],
        ...[row.modelName, row.modelFingerprint, row.position, row.byteLength, JSON.stringify(row.transcript)],
        ...[Number(row.replayable), Number(row.damaged), row.createdAt],
      );
  }

  get(id: string): StateRow | undefined {
    const row = this.#db.prepare('SELECT * FROM saved_states WHERE id = ?').get(id);
    return row && stateOf(row);
  }

  /** The latest first. */
  list(): StateRow[] {
    return this.#db.prepare('SELECT * FROM saved_states ORDER BY created_at DESC, rowid DESC').all().map(stateOf);
  }

  describe(id: string, name: string, tags: readonly string[]): void {
    this.#db.prepare('UPDATE saved_states SET name = ?, tags = ? WHERE id = ?').run(name, JSON.stringify(tags), id);
  }

  setDamaged(id: string, damaged: boolean): void {
    this.#db.prepare('UPDATE saved_states SET damaged = ? WHERE id = ?').run(Number(damaged), id);
  }

  delete(id: string): void {
    this.#db.prepare('DELETE FROM saved_states WHERE id = ?').run(id);
  }
}

/** Only we write the table, so that its rows are as they were put in. */
const stateOf = (row: Record<string, SQLOutputValue>): StateRow => ({
  id: row['id'] as string,
  snapshotId: row['snapshot_id'] as string,
  name: row['name'] as string,
  tags: JSON.parse(row['tags'] as string) as string[],
  source: JSON.parse(row['source'] as string) as SavedState['source'],
  modelName: row['model_name'] as string,
  modelFingerprint: row['model_fingerprint'] as string,
  position: row['position'] as number,
  byteLength: row['byte_length'] as number,
  transcript: JSON.parse(row['transcript'] as string) as TranscriptMessage[],
  replayable: row['replayable'] === 1,
  damaged: row['damaged'] === 1,
  createdAt: row['created_at'] as string,
});
