/** The fake's part for saved states. Bundles are real files, so that they can be fetched. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RemoteError } from '../../src/engine/api/rpc/remoteError.ts';
import type { Handouts } from '../../src/main/handouts.ts';
import type { AppApi } from '../../src/main/api/contract.ts';
import type { StateMethods } from '../../src/main/states/stateMethods.ts';
import type { SavedState } from '../../src/main/api/states.ts';
import type { World } from './world.ts';

type StatePart = StateMethods & Pick<AppApi, 'exportState'>;

export interface StatePlaces {
  readonly handouts: Handouts;
  readonly folder: string;
}

export function statePart(world: World, { handouts, folder }: StatePlaces): StatePart {
  const { states } = world.library;
  const put = (state: SavedState): SavedState => {
    states.set(state.id, state);
    world.emit({ type: 'changed', what: 'states' });
    return state;
  };
  const get = (id: string): SavedState => {
    const found = states.get(id);
    if (!found) throw new Error(`There is no state ${id}.`);
    return found;
  };
  return {
    listStates: async () => ({
      ...{ states: [...states.values()], quotaBytes: world.settings.snapshotQuotaBytes, freeDiskBytes: 212e9 },
      usedBytes: 3 * [...states.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
    }),
    saveState: async ({ name, tags, of }) => {
      const { saveFault } = world;
      if (saveFault) throw new RemoteError(saveFault);
      return put(sampleState(world, { name, tags, source: sourceOf(world, of) }));
    },
    changeState: async ({ id, patch: { name, tags } }) =>
      put({ ...get(id), ...(name !== undefined && { name }), ...(tags && { tags }) }),
    duplicateState: async ({ id }) => {
      const from = get(id);
      return put({ ...from, id: world.newId('s'), name: `${from.name} (2)` });
    },
    deleteStates: async ({ ids }) => {
      for (const id of ids) states.delete(id);
      world.emit({ type: 'changed', what: 'states' });
      return {};
    },
    openState: async ({ id }) => {
      const { usable, name } = get(id);
      if (usable !== 'yes')
        throw new RemoteError({ code: 'snapshot-mismatch', message: `${name} is of another model.` });
      return world.addConversation({ title: name });
    },
    replayState: async ({ id }) => world.addConversation({ title: `${get(id).name}, replayed` }),
    exportState: async ({ id }) => {
      const fileName = `${get(id).name}.anser`;
      const path = join(folder, `${id}.anser`);
      writeFileSync(path, JSON.stringify(get(id)));
      return { fileName, url: handouts.offer({ path, fileName }) };
    },
    importState: async ({ path }) =>
      put(sampleState(world, { name: basename(path).replace(/\.anser$/u, ''), source: { kind: 'none', title: '' } })),
  };
}

function sourceOf(world: World, of: Parameters<AppApi['saveState']>[0]['of']): SavedState['source'] {
  if (of.kind === 'document') {
    const { documentId } = of;
    return { kind: 'document', documentId, title: world.library.document(documentId).title };
  }
  const { conversationId } = of;
  return { kind: 'conversation', conversationId, title: world.conversation(conversationId).title };
}

export const sampleState = (world: World, patch: Partial<SavedState>): SavedState => ({
  ...{ id: world.newId('s'), name: 'A state', tags: [], source: { kind: 'none', title: '' }, modelName: 'Anser Demo' },
  ...{ position: 18_240, byteLength: 21_600_000, createdAt: world.now(), usable: 'yes', transcriptTokens: 18_240 },
  ...{ replaySeconds: 44 },
  ...patch,
});
