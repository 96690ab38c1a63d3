/** Which states conversations give up so that all states together take no more than the user allows. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

export interface KeptState {
  /** Of the message. */
  readonly id: string;
  readonly conversationId: string;
  readonly snapshotId: string;
  /** The newest one of its conversation: going on there needs it. */
  readonly newest: boolean;
}

/** `bound`: it stays whatever the limit, so that nobody loses the only way back without having been told. */
const STATES = `SELECT m.id, m.conversation_id, m.snapshot_id, newest, m.snapshot_id IN (SELECT snapshot_id FROM saved_states)
    OR (newest AND c.pinned AND c.deleted_at IS NULL)
    OR (oldest AND NOT c.replayable)
    OR EXISTS (SELECT 1 FROM messages w WHERE w.status = 'writing' AND w.conversation_id = c.id) AS bound
  FROM (SELECT id, conversation_id, snapshot_id, number,
      number = max(number) OVER (PARTITION BY conversation_id) AS newest,
      number = min(number) OVER (PARTITION BY conversation_id) AS oldest
    FROM messages WHERE snapshot_id IS NOT NULL) m
  JOIN conversations c ON c.id = m.conversation_id
  ORDER BY c.deleted_at IS NULL, c.pinned, c.updated_at, m.number`;

/**
 * The states of messages that may go, those of the longest untouched conversations first. Not among them: those that
 * saved states share, the newest of each pinned conversation, the first one where it alone holds what was read of a
 * document, and all of a conversation that is being answered.
 */
export function keptStates(db: DatabaseSync): KeptState[] {
  const rows = db.prepare(STATES).all();
  const bound = new Set(rows.flatMap((row) => (row['bound'] === 1 ? [row['snapshot_id']] : [])));
  // To give up what another one keeps would make no room.
  return rows.filter((row) => !bound.has(row['snapshot_id'] ?? null)).map(stateOf);
}

const stateOf = (row: Record<string, SQLOutputValue>): KeptState => ({
  id: String(row['id']),
  conversationId: String(row['conversation_id']),
  snapshotId: String(row['snapshot_id']),
  newest: row['newest'] === 1,
});

/**
 * Those that are given up: first all but the newest of each conversation, then these, too, but for that of the
 * conversation that was touched last. A snapshot that several share takes its room until the last one gives it up.
 * @param states those that may go, in the order in which they should
 * @param bytesOf all snapshots
 */
export function statesOverQuota(
  states: readonly KeptState[],
  bytesOf: ReadonlyMap<string, number>,
  quotaBytes: number,
): KeptState[] {
  const sharers = new Map<string, number>();
  for (const { snapshotId } of states) sharers.set(snapshotId, (sharers.get(snapshotId) ?? 0) + 1);
  let used = 0;
  for (const bytes of bytesOf.values()) used += bytes;
  const over: KeptState[] = [];
  const inOrder = [...states.filter(({ newest }) => !newest), ...states.filter(({ newest }) => newest).slice(0, -1)];
  for (const state of inOrder) {
    if (used <= quotaBytes) break;
    over.push(state);
    const left = (sharers.get(state.snapshotId) ?? 1) - 1;
    sharers.set(state.snapshotId, left);
    if (left === 0) used -= bytesOf.get(state.snapshotId) ?? 0;
  }
  return over;
}
