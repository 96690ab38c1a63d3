import { expect, test } from 'vitest';
import { pressedShortcut, shortcuts, shownKeys, type PressedKey } from './shortcuts.ts';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- some input methods tell by it only
const code = (keyCode: number): Pick<PressedKey, 'keyCode'> => ({ keyCode });

const press = (key: string, rest: Partial<PressedKey> = {}): PressedKey => ({
  ...{ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false, ...code(0) },
  ...rest,
});

test('Ctrl is the modifier, on a Mac Cmd', () => {
  expect(pressedShortcut(press('k', { ctrlKey: true }), false)).toBe('palette');
  expect(pressedShortcut(press('k', { ctrlKey: true }), true)).toBeUndefined();
  expect(pressedShortcut(press('k', { metaKey: true }), true)).toBe('palette');
  expect(pressedShortcut(press('k', { metaKey: true }), false)).toBeUndefined();
});

test('more modifiers make another shortcut', () => {
  expect(pressedShortcut(press('O', { ctrlKey: true, shiftKey: true }), false)).toBe('newChat');
  expect(pressedShortcut(press('K', { ctrlKey: true, shiftKey: true }), false)).toBeUndefined();
  expect(pressedShortcut(press('Escape'), false)).toBe('stop');
  expect(pressedShortcut(press('Escape', { shiftKey: true }), false)).toBe('composer');
});

test('signs that need Shift on some keyboards are found there too', () => {
  expect(pressedShortcut(press('/', { ctrlKey: true }), false)).toBe('shortcuts');
  expect(pressedShortcut(press('/', { ctrlKey: true, shiftKey: true }), false)).toBe('shortcuts');
});

test('keys of an input method are left alone', () => {
  expect(pressedShortcut(press('Escape', { isComposing: true }), false)).toBeUndefined();
  expect(pressedShortcut(press('Escape', code(229)), false)).toBeUndefined();
});

test('no key does two things, and none deletes', () => {
  expect(new Set(shortcuts.map(({ keys }) => keys)).size).toBe(shortcuts.length);
  for (const { keys } of shortcuts) expect(keys).not.toMatch(/Backspace|Delete/);
});

test.each([
  ['Mod+Shift+O', false, 'Ctrl+Shift+O'],
  ['Mod+Shift+O', true, '⌘⇧O'],
  ['Alt+PageUp', false, 'Alt+PgUp'],
])('%s (Mac: %s) reads %s', (keys, mac, shown) => {
  expect(shownKeys(keys, mac)).toBe(shown);
});
