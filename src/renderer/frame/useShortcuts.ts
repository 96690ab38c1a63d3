/** Runs what the user's shortcuts mean, unless they are switched off or a dialog is open. */
import { useEffect, useRef } from 'react';
import { useServices } from '../services.ts';
import { isMac, pressedShortcut, type ShortcutId } from '../shortcuts.ts';

/** Returns false when it had nothing to do, so that the key keeps its own meaning. */
export type ShortcutHandlers = Readonly<Partial<Record<ShortcutId, () => unknown>>>;

export function useShortcuts(handlers: ShortcutHandlers): void {
  const { store } = useServices();
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || store.getState().settings?.shortcutsEnabled === false) return;
      const id = pressedShortcut(event, isMac());
      const handler = id && latest.current[id];
      if (!handler || document.querySelector('dialog[open]')) return;
      if (handler() !== false) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}
