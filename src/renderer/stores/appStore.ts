/** What the whole window shares: the line to the main side, the settings, the engine's status, the downloads. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi, AppEvent } from '../../main/api/contract.ts';
import type { Download, EngineStatus } from '../../main/api/models.ts';
import type { About, Settings } from '../../main/api/settings.ts';
import type { ConnectionObserver } from '../connection/connection.ts';

export interface AppState {
  readonly line: 'connecting' | 'open' | 'lost';
  readonly about: About | undefined;
  readonly settings: Settings | undefined;
  readonly engine: EngineStatus;
  readonly downloads: readonly Download[];
  /** The engine was restarted, until the user has seen it: what that interrupted. */
  readonly restarted: Interrupted | undefined;
  /** Where damaged files are kept, until the user has seen it. */
  readonly putAside: readonly string[];
}

export type Interrupted = Extract<AppEvent, { type: 'engine-restarted' }>['interrupted'];

export type AppStore = StoreApi<AppState>;

export const createAppStore = (): AppStore =>
  createStore<AppState>(() => ({
    line: 'connecting',
    about: undefined,
    settings: undefined,
    engine: { type: 'empty' },
    downloads: [],
    restarted: undefined,
    putAside: [],
  }));

/** Feeds the store from the connection; every event goes on to `listeners`, for the stores of the features. */
export function observeConnection(
  store: AppStore,
  app: AppApi,
  listeners: { onConnected(): void; onEvent(event: AppEvent): void },
): ConnectionObserver {
  return {
    onConnected: () => {
      store.setState({ line: 'open' });
      void app.about({}).then((about) => store.setState({ about }));
      listeners.onConnected();
    },
    onLost: () => store.setState({ line: 'lost' }),
    onEvent: (event) => {
      if (event.type === 'engine') store.setState({ engine: event.status });
      else if (event.type === 'settings') store.setState({ settings: event.settings });
      else if (event.type === 'downloads') store.setState({ downloads: event.downloads });
      else if (event.type === 'engine-restarted') store.setState({ restarted: event.interrupted });
      else if (event.type === 'put-aside') store.setState({ putAside: event.paths });
      listeners.onEvent(event);
    },
  };
}
