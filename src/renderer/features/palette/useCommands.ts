/** Everything that can be done from anywhere, as lines of the palette. */
import type { AppApi } from '../../../main/api/contract.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { keysOf, type ShortcutId } from '../../shortcuts.ts';
import { useTry } from '../../frame/useTry.ts';
import type { View } from '../../stores/navigation.ts';
import type { IconName } from '../../ui/icons.tsx';
import { lastSavable } from '../chat/savable.ts';
import { useAskToSave } from '../chat/useAskToSave.ts';
import type { PaletteItem } from './paletteItem.ts';

type Page = Exclude<View['kind'], 'conversation' | 'document'>;

const PAGES: readonly (readonly [Page, IconName, ShortcutId?])[] = [
  ['chat', 'plus', 'newChat'],
  ['documents', 'book', 'documents'],
  ['states', 'bookmark'],
  ['models', 'chip'],
  ['settings', 'gear', 'settings'],
  ['privacy', 'lock'],
  ['shortcuts', 'keyboard', 'shortcuts'],
  ['bin', 'trash'],
];

export function useCommands(): readonly PaletteItem[] {
  const { common, frame, palette, shortcutNames } = useTexts();
  const { app, layout, navigation } = useServices();
  const attempt = useTry();
  const names = { ...common, chat: frame.newChat };
  const pages = PAGES.map(([kind, icon, shortcut]) => ({
    ...{ id: `page-${kind}`, icon, title: names[kind], keys: shortcut && keysOf(shortcut) },
    run: () => navigation.go({ kind }),
  }));
  const change = (patch: Parameters<AppApi['changeSettings']>[0]) => () => attempt(() => app.changeSettings(patch));
  return [
    ...pages,
    ...useSaveCommand(),
    {
      ...{ id: 'sidebar', icon: 'sidebar', title: shortcutNames.sidebar, keys: keysOf('sidebar') },
      run: layout.toggleSidebar,
    },
    { id: 'light', icon: 'bulb', title: palette.lightTheme, run: change({ theme: 'light' }) },
    { id: 'dark', icon: 'bulb', title: palette.darkTheme, run: change({ theme: 'dark' }) },
    { id: 'system', icon: 'bulb', title: palette.systemTheme, run: change({ theme: 'system' }) },
    { id: 'en', icon: 'chat', title: 'English', run: change({ language: 'en' }) },
    { id: 'zh', icon: 'chat', title: '简体中文', run: change({ language: 'zh' }) },
  ];
}

/** Where a chat is shown that has an answer. */
function useSaveCommand(): readonly PaletteItem[] {
  const { palette } = useTexts();
  const { conversations, navigation } = useServices();
  const askToSave = useAskToSave();
  const { view } = navigation.getState();
  if (view.kind !== 'conversation') return [];
  const answer = lastSavable(conversations.open(view.id).getState());
  if (!answer) return [];
  return [{ id: 'save-state', icon: 'bookmark', title: palette.saveState, run: () => askToSave(view.id, answer) }];
}
