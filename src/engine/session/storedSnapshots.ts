/** The way from stored bytes to what a session needs: loading one snapshot, and listing all by their headers. */
import { EngineError } from '../api/errors.ts';
import { PrefixHash } from './prefixHash.ts';
import type { ReadingData } from './reading.ts';
import {
  checkSnapshotFits,
  decodeSnapshot,
  MAX_HEAD_BYTES,
  readSnapshotHeader,
  unreadable,
  type ModelIdentity,
} from './snapshots.ts';
import type { SnapshotInfo, SnapshotStore } from './types.ts';

/**
 * Reads a snapshot into memory and checks all of it.
 * @throws EngineError `snapshot-missing`, `snapshot-unreadable`, `snapshot-mismatch`, `storage-failed`
 */
export async function loadSnapshot(store: SnapshotStore, id: string, model: ModelIdentity): Promise<ReadingData> {
  try {
    return await loadWhole(store, id, model);
  } catch (error) {
    const aboutContent =
      error instanceof EngineError && (error.code === 'snapshot-unreadable' || error.code === 'snapshot-mismatch');
    if (!aboutContent) throw error;
    // Only here is the name known, which the user needs to delete it.
    const { code, message, nextStep = 'Read the text again.' } = error;
    throw new EngineError(code, `Snapshot "${id}": ${message}`, { cause: error, nextStep });
  }
}

async function loadWhole(store: SnapshotStore, id: string, model: ModelIdentity): Promise<ReadingData> {
  const head = await store.get(id, MAX_HEAD_BYTES);
  if (!head)
    throw new EngineError('snapshot-missing', `There is no snapshot "${id}".`, { nextStep: 'Read the text again.' });
  // The header first: what it says bounds how much of the file is read into memory.
  const header = readSnapshotHeader(head);
  checkSnapshotFits(header, model);
  const bytes = await store.get(id, header.info.byteLength + 1);
  if (!bytes)
    throw new EngineError('snapshot-missing', `The snapshot "${id}" was just deleted.`, {
      nextStep: 'Read the text again.',
    });
  const { info, prefixMidstate, state, logits } = await decodeSnapshot(bytes, model);
  const prefix = PrefixHash.resume(prefixMidstate, info.tokenCount);
  if (prefix?.hex !== info.prefixHash) throw unreadable('its prefix hash contradicts itself');
  return { state, logits, prefix };
}

/**
 * The headers of all snapshots, newest first; `onUnreadable` hears of those that have none or that the store refuses to
 * give: one bad file must not hide the others.
 * @throws EngineError `storage-failed` when not even their names can be listed
 */
export async function listSnapshots(
  store: SnapshotStore,
  onUnreadable?: (id: string, error: EngineError) => void,
): Promise<SnapshotInfo[]> {
  const infos: SnapshotInfo[] = [];
  for (const id of await store.list()) {
    try {
      const head = await store.get(id, MAX_HEAD_BYTES);
      if (!head) continue; // deleted since
      // The store's name counts: a user may have renamed or copied the file.
      infos.push({ ...readSnapshotHeader(head).info, id });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      onUnreadable?.(id, error);
    }
  }
  return infos.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}
