/** The shortcuts that work everywhere. */
import { useServices } from '../services.ts';
import { chatOrder, groupConversations } from './groups.ts';
import { useShortcuts } from './useShortcuts.ts';

export function useFrameShortcuts(): void {
  const { layout, navigation, library } = useServices();
  const go = (step: 1 | -1): boolean => {
    const { conversations = [], folders } = library.getState();
    const order = chatOrder(groupConversations(conversations, folders, new Date()));
    const { view } = navigation.getState();
    const here = view.kind === 'conversation' ? order.findIndex(({ id }) => id === view.id) : -1;
    const next = here < 0 ? order[step > 0 ? 0 : order.length - 1] : order[here + step];
    if (next) navigation.go({ kind: 'conversation', id: next.id });
    return next !== undefined;
  };
  useShortcuts({
    palette: layout.openPalette,
    newChat: () => navigation.go({ kind: 'chat' }),
    sidebar: layout.toggleSidebar,
    previousChat: () => go(-1),
    nextChat: () => go(1),
    documents: () => navigation.go({ kind: 'documents' }),
    settings: () => navigation.go({ kind: 'settings' }),
    shortcuts: () => navigation.go({ kind: 'shortcuts' }),
  });
}
