/** Snapshots in the data folder: listed, copied, checked and deleted. None of it needs a model. */
import type { EngineApi } from '../api/contract.ts';
import { EngineError } from '../api/errors.ts';
import type { SnapshotFacts } from '../api/schemas.ts';
import { readSnapshotHeader } from '../session/snapshots.ts';
import { listSnapshots, verifySnapshot } from '../session/storedSnapshots.ts';
import type { SnapshotInfo, SnapshotStore } from '../session/types.ts';
import type { Models } from './models.ts';

/** What the contract tells of a snapshot. */
export const factsOf = (info: SnapshotInfo): SnapshotFacts => {
  const { id, modelFingerprint, modelName, tokenCount, byteLength, createdAt } = info;
  return { id, modelFingerprint, modelName, tokenCount, byteLength, createdAt };
};

export function snapshotMethods(
  store: SnapshotStore,
  models: Models,
): Pick<EngineApi, 'listSnapshots' | 'deleteSnapshots' | 'copySnapshot' | 'checkSnapshot'> {
  return {
    listSnapshots: async () => {
      const unreadable: string[] = [];
      const snapshots = await listSnapshots(store, (id) => unreadable.push(id));
      return { snapshots: snapshots.map(factsOf), unreadable };
    },
    deleteSnapshots: async ({ ids }) => {
      for (const id of ids) {
        models.current?.live.forget(id);
        await store.delete(id);
      }
      return {};
    },
    copySnapshot: ({ from, to }) => copySnapshot(store, models, from, to),
    checkSnapshot: async ({ id }) => factsOf(await verifySnapshot(store, id)),
  };
}

async function copySnapshot(store: SnapshotStore, models: Models, from: string, to: string): Promise<SnapshotFacts> {
  const live = models.current?.live;
  const bytes = await store.get(from);
  if (!bytes) return await saveUnsaved(models, from, to);
  const { info } = readSnapshotHeader(bytes);
  if (from !== to) {
    await store.put(to, [bytes]);
    live?.forget(to);
  }
  return factsOf({ ...info, id: to });
}

/** The state of an answer that could not be saved is still at hand. */
async function saveUnsaved({ current }: Models, from: string, to: string): Promise<SnapshotFacts> {
  const session = current?.live.peek(from)?.fork();
  if (!session)
    throw new EngineError('snapshot-missing', `There is no snapshot "${from}".`, { nextStep: 'Read the text again.' });
  try {
    return factsOf(await session.save(to, { kind: 'chat' }));
  } finally {
    session.dispose();
  }
}
