/** A text that is being written, kept on the main side a moment after each change. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type Draft = StoreApi<{ readonly text: string }> & {
  set(text: string): void;
  /** Empties the field for a text that is to be sent. It stays stored, before what is written next, until it is settled. */
  take(text: string): void;
  /** What was taken is stored elsewhere. */
  settle(): void;
  /** What was taken could not be sent: it comes back. */
  giveBack(): void;
  /** Takes what is stored, unless something was written here meanwhile. */
  offer(stored: string): void;
};

const SAVE_AFTER_MS = 600;

export function createDraft(save: (text: string) => Promise<unknown> | undefined): Draft {
  const store = createStore(() => ({ text: '' }));
  let touched = false;
  let taken = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const whole = (): string => [taken, store.getState().text].filter((text) => text !== '').join('\n\n');
  const saveNow = (): void => {
    clearTimeout(timer);
    // Nobody needs to hear of it: the text is on the screen, and the next change tries again.
    save(whole())?.catch((error: unknown) => console.info('A draft was not saved.', error));
  };
  const set = (text: string): void => {
    touched = true;
    store.setState({ text });
    clearTimeout(timer);
    timer = setTimeout(saveNow, SAVE_AFTER_MS);
  };
  return Object.assign(store, {
    set,
    take: (text: string) => {
      [touched, taken] = [true, text];
      store.setState({ text: '' });
      saveNow();
    },
    settle: () => {
      if (taken === '') return;
      taken = '';
      saveNow();
    },
    giveBack: () => {
      const text = whole();
      taken = '';
      set(text);
    },
    offer: (stored: string) => {
      if (!touched) store.setState({ text: stored });
    },
  });
}
