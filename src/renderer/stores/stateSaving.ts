/** Saving a state by name: of what, and how it goes. One at a time; it is asked for from several places of the window. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi } from '../../main/api/contract.ts';
import type { SavedState } from '../../main/api/states.ts';
import { shownFault } from '../ui/ErrorCard.tsx';

export interface SaveRequest {
  readonly of: Parameters<AppApi['saveState']>[0]['of'];
  /** What the name begins as. */
  readonly name: string;
  /** The state is there, as far as the window knows. */
  readonly kept: boolean;
}

export interface StateSavingState {
  /** Undefined while nothing is asked for. */
  readonly request: SaveRequest | undefined;
  readonly saving: boolean;
  /** Why it could not be saved; undefined before and after. */
  readonly error: unknown;
}

export type StateSaving = StoreApi<StateSavingState> & {
  ask(request: SaveRequest): void;
  close(): void;
  /** @returns what was saved, and then the request is done; undefined when it failed, and `error` says why */
  save(name: string, tags: readonly string[]): Promise<SavedState | undefined>;
};

const IDLE: StateSavingState = { request: undefined, saving: false, error: undefined };

export function createStateSaving(app: Pick<AppApi, 'saveState'>): StateSaving {
  const store = createStore<StateSavingState>(() => IDLE);
  return Object.assign(store, {
    ask: (request: SaveRequest) => store.setState({ ...IDLE, request }),
    close: () => store.setState(IDLE),
    save: async (name: string, tags: readonly string[]) => {
      const { request, saving } = store.getState();
      if (!request || saving) return undefined;
      // The dialog may be closed meanwhile, and opened for something else.
      const isStill = (): boolean => store.getState().request === request;
      store.setState({ saving: true, error: undefined });
      try {
        const saved = await app.saveState({ name, tags: [...tags], of: request.of });
        if (isStill()) store.setState(IDLE);
        return saved;
      } catch (error) {
        if (isStill()) store.setState({ saving: false, error });
        return undefined;
      }
    },
  });
}

const GONE: ReadonlySet<string> = new Set(['snapshot-missing', 'snapshot-unreadable']);

/** Whether the state of a message is not there, so that no name can be given to it. */
export const isGone = ({ request, error }: StateSavingState): boolean =>
  request?.of.kind === 'message' && (!request.kept || (error !== undefined && GONE.has(shownFault(error).code)));
