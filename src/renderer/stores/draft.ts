/** A text that is being written, kept on the main side a moment after each change. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type Draft = StoreApi<{ readonly text: string }> & {
  set(text: string): void;
  /** Takes what is stored, unless something was written here meanwhile. */
  offer(stored: string): void;
};

const SAVE_AFTER_MS = 600;

export function createDraft(save: (text: string) => Promise<unknown> | undefined): Draft {
  const store = createStore(() => ({ text: '' }));
  let touched = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const saveNow = (): void => {
    // Nobody needs to hear of it: the text is on the screen, and the next change tries again.
    save(store.getState().text)?.catch((error: unknown) => console.info('A draft was not saved.', error));
  };
  return Object.assign(store, {
    set: (text: string) => {
      touched = true;
      store.setState({ text });
      clearTimeout(timer);
      timer = setTimeout(saveNow, SAVE_AFTER_MS);
    },
    offer: (stored: string) => {
      if (!touched) store.setState({ text: stored });
    },
  });
}
