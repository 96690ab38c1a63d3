/** The key that sends what is written in a field. */
import type { KeyboardEvent } from 'react';
import { useAppState } from '../../services.ts';
import { isComposing } from '../../shortcuts.ts';

/** Enter sends and Shift+Enter breaks the line; or, as the settings say, Ctrl or Cmd with Enter sends. */
export function useSendKey(send: () => void): (event: KeyboardEvent) => void {
  const sendWith = useAppState(({ settings }) => settings?.sendWith ?? 'enter');
  return (event) => {
    if (event.key !== 'Enter' || isComposing(event.nativeEvent)) return;
    const mod = event.ctrlKey || event.metaKey;
    if (sendWith === 'enter' ? event.shiftKey : !mod) return;
    event.preventDefault();
    send();
  };
}
