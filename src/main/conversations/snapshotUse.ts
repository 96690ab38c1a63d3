/** Which snapshots are needed, by whom, and which of a conversation's may go when there are many. Pure questions. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredMessage } from './rows.ts';

/** Whether a message, a document's reading or a saved state needs the snapshot. */
export function isSnapshotUsed(db: DatabaseSync, id: string): boolean {
  const row = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM messages WHERE snapshot_id = ?1) OR EXISTS (SELECT 1 FROM readings WHERE
        snapshot_id = ?1) OR EXISTS (SELECT 1 FROM saved_states WHERE snapshot_id = ?1) AS used`,
    )
    .get(id);
  return row?.['used'] === 1;
}

/** The states of this many messages at a branch's end are kept: where people go back to. */
const NEWEST = 8;
/** Of the older ones every so many, so that going back further reads no more than that again. */
const EVERY = 16;

/**
 * The messages whose states a branch can do without. Forking at one of them then reads the messages since the nearest
 * state before it again.
 */
export function thinnable(branch: readonly StoredMessage[]): StoredMessage[] {
  const withState = branch.filter(({ hasState }) => hasState);
  return withState.slice(0, -NEWEST).filter((_, index) => (index + 1) % EVERY !== 0);
}
