/** Snapshots that a crash left without an owner. */
import type { EngineApi } from '../../engine/api/contract.ts';

/** Those that the app's own conversations and states make; others may be the terminal program's. */
const OWN = /^(?:turn|state)-/;

/** Deletes those of ours that nothing needs. Unreadable ones that something needs stay, for whoever asks for them. */
export async function sweepSnapshots(
  engine: Pick<EngineApi, 'listSnapshots' | 'deleteSnapshots'>,
  isUsed: (id: string) => boolean,
): Promise<void> {
  const { snapshots, unreadable } = await engine.listSnapshots({});
  const ids = [...snapshots.map(({ id }) => id), ...unreadable].filter((id) => OWN.test(id) && !isUsed(id));
  if (ids.length > 0) await engine.deleteSnapshots({ ids });
}
