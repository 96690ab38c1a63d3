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
export function loadSnapshot(store: SnapshotStore, id: string, model: ModelIdentity): Promise<ReadingData> {
  return named(id, () => loadWhole(store, id, model));
}

/**
 * Checks a whole snapshot, of whatever model.
 * @throws EngineError `snapshot-missing`, `snapshot-unreadable`, `snapshot-mismatch` (newer version), `storage-failed`
 */
export function verifySnapshot(store: SnapshotStore, id: string): Promise<SnapshotInfo> {
  return named(id, async () => {
    const { info, layout } = readSnapshotHeader(await headOf(store, id));
    const { modelName, modelFingerprint: fingerprint } = info;
    await loadWhole(store, id, { modelName, fingerprint, config: layout });
    return { ...info, id };
  });
}

async function named<T>(id: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    const aboutContent =
      error instanceof EngineError && (error.code === 'snapshot-unreadable' || error.code === 'snapshot-mismatch');
    if (!aboutContent) throw error;
    // Only here is the name known, which the user needs to delete it.
    const { code, message, nextStep = 'Read the text again.' } = error;
    throw new EngineError(code, `Snapshot "${id}": ${message}`, { cause: error, nextStep });
  }
}

async function headOf(store: SnapshotStore, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const head = await store.get(id, MAX_HEAD_BYTES);
  if (head) return head;
  throw new EngineError('snapshot-missing', `There is no snapshot "${id}".`, { nextStep: 'Read the text again.' });
}

async function loadWhole(store: SnapshotStore, id: string, model: ModelIdentity): Promise<ReadingData> {
  // The header first: what it says bounds how much of the file is read into memory.
  const header = readSnapshotHeader(await headOf(store, id));
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
