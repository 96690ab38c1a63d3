/** Begins a chat with everything up to a message, and goes there. */
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { useTry } from '../../frame/useTry.ts';

export function useFork(): (conversationId: string, messageId: string) => void {
  const { chat } = useTexts();
  const { app, navigation, toasts } = useServices();
  const attempt = useTry();
  return (conversationId, messageId) =>
    attempt(async () => {
      const { id } = await app.forkConversation({ id: conversationId, messageId });
      navigation.go({ kind: 'conversation', id });
      toasts.show({ kind: 'done', text: chat.forked });
    });
}
