/** Which states conversations give up so that all of theirs together take no more than the user allows. */
import type { DatabaseSync } from 'node:sqlite';

export interface KeptState {
  readonly messageId: string;
  readonly snapshotId: string;
  /** The newest one of its conversation: going on there needs it. */
  readonly newest: boolean;
}

/** The states of messages, those of the longest untouched conversations first, pinned ones last; named ones not at all. */
export function keptStates(db: DatabaseSync): KeptState[] {
  return db
    .prepare(
      `SELECT m.id, m.snapshot_id,
          m.number = max(m.number) OVER (PARTITION BY m.conversation_id) AS newest
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.snapshot_id IS NOT NULL AND m.snapshot_id NOT IN (SELECT snapshot_id FROM saved_states)
        ORDER BY c.deleted_at IS NULL, c.pinned, c.updated_at, m.number`,
    )
    .all()
    .map((row) => ({
      messageId: String(row['id']),
      snapshotId: String(row['snapshot_id']),
      newest: row['newest'] === 1,
    }));
}

/**
 * The messages that lose their state: first all but the newest of each conversation, then those too. A snapshot that
 * several share takes its room until the last one gives it up.
 * @param bytesOf the snapshots that there are
 */
export function statesOverQuota(
  states: readonly KeptState[],
  bytesOf: ReadonlyMap<string, number>,
  quotaBytes: number,
): string[] {
  const sharers = new Map<string, number>();
  for (const { snapshotId } of states) sharers.set(snapshotId, (sharers.get(snapshotId) ?? 0) + 1);
  let used = 0;
  for (const id of sharers.keys()) used += bytesOf.get(id) ?? 0;
  const over: string[] = [];
  const inOrder = [...states.filter(({ newest }) => !newest), ...states.filter(({ newest }) => newest)];
  for (const { messageId, snapshotId } of inOrder) {
    if (used <= quotaBytes) break;
    over.push(messageId);
    const left = (sharers.get(snapshotId) ?? 1) - 1;
    sharers.set(snapshotId, left);
    if (left === 0) used -= bytesOf.get(snapshotId) ?? 0;
  }
  return over;
}
