/** The lists of the app's pages: saved states, models, the catalogue, adapters, and what was deleted. */
import type { AppApi, AppEvent } from '../../main/api/contract.ts';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import type { DocumentSummary } from '../../main/api/documents.ts';
import type { CatalogueEntry, ModelList, QuantisedUse } from '../../main/api/models.ts';
import type { StateLibrary } from '../../main/api/states.ts';
import { createRemote, type Remote } from './remote.ts';

export interface Bin {
  readonly conversations: readonly ConversationSummary[];
  readonly documents: readonly DocumentSummary[];
}
export type Adapters = Awaited<ReturnType<AppApi['listAdapters']>>;

export interface Lists {
  readonly states: Remote<StateLibrary>;
  readonly models: Remote<ModelList>;
  readonly catalogue: Remote<readonly CatalogueEntry[]>;
  readonly adapters: Remote<Adapters>;
  readonly quantisedUse: Remote<QuantisedUse>;
  readonly bin: Remote<Bin>;
  /** After the line came back: what is shown may be old. */
  renewAll(): void;
  onEvent(event: AppEvent): void;
}

export function createLists(app: AppApi): Lists {
  const remotes = {
    states: createRemote(() => app.listStates({})),
    models: createRemote(() => app.listModels({})),
    catalogue: createRemote<readonly CatalogueEntry[]>(() => app.listCatalogue({})),
    adapters: createRemote(() => app.listAdapters({})),
    quantisedUse: createRemote(() => app.getQuantisedUse({})),
    bin: createRemote(() => listBin(app)),
  };
  const renew = (...names: readonly (keyof typeof remotes)[]): void => names.forEach((name) => remotes[name].renew());
  let downloading = '';
  return {
    ...remotes,
    renewAll: () => renew('states', 'models', 'catalogue', 'adapters', 'quantisedUse', 'bin'),
    onEvent: (event) => {
      if (event.type === 'changed') renew(...CHANGES[event.what]);
      // What can be used, and what fits, depends on the model that is loaded.
      else if (event.type === 'engine' && event.status.type !== 'loading')
        renew('states', 'models', 'catalogue', 'quantisedUse');
      else if (event.type === 'downloads') {
        const ready = event.downloads.flatMap(({ id, stage }) => (stage === 'ready' ? [id] : [])).join();
        if (ready !== downloading) renew('models', 'catalogue');
        downloading = ready;
      }
    },
  };
}

const CHANGES = {
  conversations: ['bin', 'states'],
  folders: [],
  documents: ['bin', 'states'],
  states: ['states'],
  models: ['models', 'catalogue', 'quantisedUse'],
} as const;

async function listBin(app: AppApi): Promise<Bin> {
  const [conversations, documents] = await Promise.all([
    app.listConversations({ deleted: true }),
    app.listDocuments({ deleted: true }),
  ]);
  return { conversations, documents };
}
