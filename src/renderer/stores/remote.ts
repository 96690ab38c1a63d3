/** Something that the main side knows, kept as it was when it was last asked for. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface RemoteState<T> {
  /** Undefined until it came for the first time. */
  readonly value: T | undefined;
  /** Why the last attempt failed; undefined when it did not. */
  readonly error: unknown;
}

export type Remote<T> = StoreApi<RemoteState<T>> & {
  /** Asks again. Never rejects. */
  refresh(): Promise<void>;
  /** Asks again if a view has ever asked. */
  renew(): void;
};

export function createRemote<T>(load: () => Promise<T>): Remote<T> {
  const store = createStore<RemoteState<T>>(() => ({ value: undefined, error: undefined }));
  let asked = 0;
  const refresh = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const value = await load();
      // A later question may have been answered already.
      if (mine === asked) store.setState({ value, error: undefined });
    } catch (error) {
      if (mine === asked) store.setState({ error });
    }
  };
  return Object.assign(store, {
    refresh,
    renew: () => {
      if (asked > 0) void refresh();
    },
  });
}
