/** What can be done with a message; shown while the pointer or the focus is on it, and always on the last one. */
import { useStore } from 'zustand/react';
import type { Message } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { isSavable } from './savable.ts';
import { useAskToSave } from './useAskToSave.ts';
import { useFork } from './useFork.ts';
import { VersionSwitch } from './VersionSwitch.tsx';

export interface MessageActionsProps {
  readonly store: ConversationStore;
  readonly message: Message;
  readonly readOnly: boolean;
  readonly onEdit?: () => void;
  /** Whether the details are shown. */
  readonly facts?: boolean;
  readonly onFacts?: () => void;
}

export function MessageActions({ store, message, readOnly, onEdit, facts, onFacts }: MessageActionsProps) {
  const { chat } = useTexts();
  const busy = useStore(store, (state) => state.busy);
  const fork = useFork();
  const askToSave = useAskToSave();
  return (
    <div className="message-actions">
      <VersionSwitch store={store} message={message} />
      <CopyButton text={() => message.text} label={chat.copyMessage} iconOnly />
      {onEdit && !readOnly && <IconButton icon="edit" label={chat.edit} disabled={busy} onClick={onEdit} />}
      {message.role === 'assistant' && !readOnly && (
        <>
          <IconButton
            icon="refresh"
            label={chat.regenerate}
            disabled={busy}
            onClick={() => void store.regenerate(message.id)}
          />
          <IconButton icon="fork" label={chat.fork} disabled={busy} onClick={() => fork(store.id, message.id)} />
        </>
      )}
      {isSavable(message) && !readOnly && (
        <IconButton
          icon="bookmark"
          label={chat.saveState}
          aria-haspopup="dialog"
          disabled={busy}
          onClick={() => askToSave(store.id, message)}
        />
      )}
      {onFacts && message.details && (
        <IconButton icon="info" label={chat.details} aria-expanded={facts} onClick={onFacts} />
      )}
    </div>
  );
}
