/** What can be done with a chat: the items of its menu. */
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { useTexts } from '../i18n/texts.ts';
import { useServices } from '../services.ts';
import type { MenuItem } from '../ui/Menu.tsx';
import { useTry } from './useTry.ts';

export function useConversationActions(
  { id, title, pinned, messageCount }: ConversationSummary,
  open: (what: 'rename' | 'move' | 'export') => void,
): readonly MenuItem[] {
  const { common, frame } = useTexts();
  const { app, navigation, toasts } = useServices();
  const attempt = useTry();
  const fork = async (): Promise<void> => {
    const { headId } = await app.getConversation({ id });
    if (headId === null) return;
    const made = await app.forkConversation({ id, messageId: headId });
    navigation.go({ kind: 'conversation', id: made.id });
  };
  const remove = async (): Promise<void> => {
    await app.deleteConversations({ ids: [id] });
    const { view } = navigation.getState();
    const wasOpen = view.kind === 'conversation' && view.id === id;
    if (wasOpen) navigation.go({ kind: 'chat' });
    const restore = async (): Promise<void> => {
      await app.restoreConversations({ ids: [id] });
      if (wasOpen) navigation.go({ kind: 'conversation', id });
    };
    const text = frame.deleted(title === '' ? frame.untitled : title);
    toasts.show({ kind: 'done', text, action: { label: common.undo, run: () => attempt(restore) } });
  };
  const change = (): Promise<unknown> => app.changeConversation({ id, patch: { pinned: !pinned } });
  return [
    { id: 'rename', label: common.rename, icon: 'edit', onSelect: () => open('rename') },
    { id: 'pin', label: pinned ? frame.unpin : frame.pin, icon: 'pin', onSelect: () => attempt(change) },
    { id: 'move', label: frame.move, icon: 'folder', onSelect: () => open('move') },
    { id: 'fork', label: frame.fork, icon: 'fork', disabled: messageCount === 0, onSelect: () => attempt(fork) },
    { id: 'export', label: frame.export, icon: 'download', onSelect: () => open('export') },
    { id: 'delete', label: common.delete, icon: 'trash', danger: true, onSelect: () => attempt(remove) },
  ];
}
