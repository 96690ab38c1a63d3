/** Says something else instead of an earlier message; what followed it stays as another version. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Message } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { Button } from '../../ui/Button.tsx';
import { useSendKey } from './useSendKey.ts';

export interface EditMessageProps {
  readonly store: ConversationStore;
  readonly message: Message;
  readonly onClose: () => void;
}

export function EditMessage({ store, message, onClose }: EditMessageProps) {
  const { chat, common } = useTexts();
  const [text, setText] = useState(message.text);
  const busy = useStore(store, (state) => state.busy);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = (): void => {
    if (busy || text.trim() === '') return;
    // Once it is stored, another branch is shown without this message; else the words stay here.
    void store.edit(message, text.trim());
  };
  const onSendKey = useSendKey(send);
  return (
    <div className="edit-message">
      <textarea
        ref={field}
        className="input edit-field"
        aria-label={chat.editField}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          onSendKey(event);
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onClose();
        }}
      />
      <div className="edit-actions">
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button kind="primary" disabled={busy || text.trim() === ''} onClick={send}>
          {chat.resend}
        </Button>
      </div>
    </div>
  );
}
