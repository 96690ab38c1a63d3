/** Every keyboard shortcut, in one table: the handler, the hints in menus and the page that lists them all read it. */

export interface Shortcut {
  readonly id: ShortcutId;
  /** `Mod` is Cmd on a Mac and Ctrl elsewhere; the last part is the key's own name. */
  readonly keys: string;
}

export type ShortcutId =
  | 'palette'
  | 'newChat'
  | 'sidebar'
  | 'composer'
  | 'stop'
  | 'previousChat'
  | 'nextChat'
  | 'documents'
  | 'settings'
  | 'shortcuts';

export const shortcuts: readonly Shortcut[] = [
  { id: 'palette', keys: 'Mod+K' },
  { id: 'newChat', keys: 'Mod+Shift+O' },
  { id: 'sidebar', keys: 'Mod+B' },
  { id: 'composer', keys: 'Shift+Escape' },
  { id: 'stop', keys: 'Escape' },
  { id: 'previousChat', keys: 'Alt+PageUp' },
  { id: 'nextChat', keys: 'Alt+PageDown' },
  { id: 'documents', keys: 'Mod+Shift+D' },
  { id: 'settings', keys: 'Mod+,' },
  { id: 'shortcuts', keys: 'Mod+/' },
];

/** The parts of a keyboard event that decide. */
export type PressedKey = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing' | 'keyCode'
>;

/** An input method is choosing characters: its keys are never ours. 229 is what some send instead of saying so. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari's and some Windows input methods tell by it only
export const isComposing = (event: PressedKey): boolean => event.isComposing || event.keyCode === 229;

/** The shortcut that was pressed, if any. */
export function pressedShortcut(event: PressedKey, mac: boolean): ShortcutId | undefined {
  if (isComposing(event)) return undefined;
  return shortcuts.find(({ keys }) => matches(event, keys, mac))?.id;
}

function matches(event: PressedKey, keys: string, mac: boolean): boolean {
  const parts = keys.split('+');
  const wants = (name: string): boolean => parts.includes(name);
  const mod = wants('Mod');
  const key = parts.at(-1) ?? '';
  // On many keyboards signs need Shift.
  const sign = /^[^\p{L}\p{N}]$/u.test(key);
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    event.ctrlKey === (mod && !mac) &&
    event.metaKey === (mod && mac) &&
    (sign || event.shiftKey === wants('Shift')) &&
    event.altKey === wants('Alt')
  );
}

const MAC_NAMES: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const NAMES: Readonly<Record<string, string>> = { Mod: 'Ctrl', Escape: 'Esc', PageUp: 'PgUp', PageDown: 'PgDn' };

/** The keys as a user reads them: `Ctrl+K`, `⌘K`. */
export function shownKeys(keys: string, mac: boolean): string {
  const parts = keys.split('+').map((part) => (mac ? MAC_NAMES[part] : undefined) ?? NAMES[part] ?? part);
  return parts.join(mac ? '' : '+');
}

export const isMac = (): boolean => navigator.userAgent.includes('Mac OS');

/** What to show beside the thing that the shortcut does. */
export function keysOf(id: ShortcutId): string {
  return shownKeys(shortcuts.find((shortcut) => shortcut.id === id)?.keys ?? '', isMac());
}
