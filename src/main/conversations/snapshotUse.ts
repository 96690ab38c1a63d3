/** Which snapshots are needed, by whom, and which of a conversation's may go when there are many. Pure questions. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredMessage } from './rows.ts';

/** The name of the state after an answer. */
export const stateAfter = (answerId: string): string => `turn-${answerId}`;

/**
 * Whether a message, a document's reading or a saved state needs the snapshot; so does an answer that is being written
 * the one that the engine saves before the answer is stored.
 */
export function isSnapshotUsed(db: DatabaseSync, id: string): boolean {
  const row = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM messages WHERE snapshot_id = ?1) OR EXISTS (SELECT 1 FROM readings WHERE
        snapshot_id = ?1) OR EXISTS (SELECT 1 FROM saved_states WHERE snapshot_id = ?1) OR EXISTS (SELECT 1 FROM
        messages WHERE status = 'writing' AND 'turn-' || id = ?1) AS used`,
    )
    .get(id);
  return row?.['used'] === 1;
}

/** The states of this many answers before each branch's end are kept: where people go back to. */
const NEWEST = 8;
/** Of the older ones every so many, so that going back further reads no more than that again. */
const EVERY = 16;

/**
 * The messages whose states a conversation can do without. Forking at one of them then reads the messages since the
 * nearest state before it again. Answers are counted with and without state, so that the same ones stay each time.
 * @param messages of all branches, parents before their children
 * @param replayable without it the first state stays: nothing else holds what it has read
 */
export function thinnable(messages: readonly StoredMessage[], replayable: boolean): StoredMessage[] {
  const before = new Map<string, number>();
  for (const message of messages) before.set(message.id, (before.get(message.parentId ?? '') ?? 0) + answers(message));
  const after = new Map<string, number>();
  for (const message of messages.toReversed()) {
    const own = after.get(message.id) ?? 0;
    after.set(message.id, own);
    if (message.parentId === null) continue;
    const atParent = after.get(message.parentId) ?? Number.POSITIVE_INFINITY;
    after.set(message.parentId, Math.min(atParent, own + answers(message)));
  }
  const bound = replayable ? undefined : messages.find(({ hasState }) => hasState);
  return messages.filter(
    ({ id, hasState }) =>
      hasState && id !== bound?.id && (after.get(id) ?? 0) >= NEWEST && (before.get(id) ?? 0) % EVERY !== 0,
  );
}

const answers = ({ role }: StoredMessage): number => (role === 'assistant' ? 1 : 0);
