/** Goes between the versions of a message: 1/3. Nothing while there is only one. */
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { Message } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { versionsOf } from '../../stores/branch.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { useTry } from '../../frame/useTry.ts';

export interface VersionSwitchProps {
  readonly store: ConversationStore;
  readonly message: Message;
}

export function VersionSwitch({ store, message }: VersionSwitchProps) {
  const { chat } = useTexts();
  const attempt = useTry();
  const busy = useStore(store, (state) => state.busy);
  const messages = useStore(store, (state) => state.conversation?.messages);
  const ids = useStore(
    store,
    useShallow(() => versionsOf(messages ?? [], message).map(({ id }) => id)),
  );
  if (ids.length < 2) return null;
  const place = ids.indexOf(message.id);
  const go = (id: string | undefined): void => {
    if (id !== undefined) attempt(() => store.showVersion(id));
  };
  return (
    <span className="version-switch">
      <IconButton
        icon="left"
        label={chat.previousVersion}
        disabled={busy || place <= 0}
        onClick={() => go(ids[place - 1])}
      />
      <span>
        <span aria-hidden="true">
          {place + 1}/{ids.length}
        </span>
        <span className="visually-hidden">{chat.version(place + 1, ids.length)}</span>
      </span>
      <IconButton
        icon="right"
        label={chat.nextVersion}
        disabled={busy || place >= ids.length - 1}
        onClick={() => go(ids[place + 1])}
      />
    </span>
  );
}
