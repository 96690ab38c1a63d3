/** Asks for the name under which the state after an answer is saved. */
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { Message } from '../../../main/api/conversations.ts';

export function useAskToSave(): (conversationId: string, answer: Message) => void {
  const { frame } = useTexts();
  const { stateSaving, library } = useServices();
  return (conversationId, { id: messageId, hasState }) => {
    const title = library.getState().conversations?.find(({ id }) => id === conversationId)?.title ?? '';
    stateSaving.ask({
      of: { kind: 'message', conversationId, messageId },
      name: title === '' ? frame.untitled : title,
      kept: hasState,
    });
  };
}
