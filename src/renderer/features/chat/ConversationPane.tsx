/** A conversation that exists: its title, its messages, and the field to go on. */
import { useEffect } from 'react';
import { useStore } from 'zustand/react';
import { useTexts } from '../../i18n/texts.ts';
import { useLibrary, useServices } from '../../services.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { useShortcuts } from '../../frame/useShortcuts.ts';
import { useTry } from '../../frame/useTry.ts';
import { Announcer } from './Announcer.tsx';
import { Composer } from './Composer.tsx';
import { MessageList } from './MessageList.tsx';
import { ReplayNotice } from './ReplayNotice.tsx';
import { WaitingMessage } from './WaitingMessage.tsx';

export interface ConversationPaneProps {
  readonly store: ConversationStore;
  readonly messageId: string | undefined;
}

export function ConversationPane({ store, messageId }: ConversationPaneProps) {
  const { chat, common, frame } = useTexts();
  const conversation = useStore(store, (state) => state.conversation);
  const loadError = useStore(store, (state) => state.loadError);
  const title = useLibrary(({ conversations }) => conversations?.find(({ id }) => id === store.id)?.title);
  useShowing(store, messageId);
  useShortcuts({
    stop: () => {
      const { busy } = store.getState();
      store.stop();
      return busy;
    },
  });
  if (!conversation)
    return (
      <div className="chat-waiting">
        {loadError === undefined ? (
          <Spinner label={common.loading} />
        ) : (
          <>
            <h1>{chat.openFailed}</h1>
            <ErrorCard error={loadError} onRetry={() => void store.reload()} />
          </>
        )}
      </div>
    );
  return (
    <div className="chat">
      <header className="chat-head">
        <h1 className="one-line">{title === undefined || title === '' ? frame.untitled : title}</h1>
      </header>
      <MessageList store={store} messageId={messageId} />
      <ConversationComposer store={store} />
      <Announcer store={store} />
    </div>
  );
}

function ConversationComposer({ store }: { readonly store: ConversationStore }) {
  const attempt = useTry();
  const busy = useStore(store, (state) => state.busy);
  const options = useStore(store, (state) => state.conversation);
  const send = async (text: string): Promise<void> => {
    store.draft.take(text);
    if (!(await store.send(text))) store.draft.giveBack();
  };
  if (!options) return null;
  return (
    <Composer
      draft={store.draft}
      busy={busy}
      options={options}
      promptBound={!options.replayable}
      notice={
        <>
          <ReplayNotice store={store} />
          <WaitingMessage store={store} />
        </>
      }
      onChange={(patch) => attempt(() => store.change(patch))}
      onSend={(text) => void send(text)}
      onStop={store.stop}
    />
  );
}

/** A message on another branch, from the search: shows its branch. */
function useShowing(store: ConversationStore, messageId: string | undefined): void {
  const { app } = useServices();
  const loaded = useStore(store, ({ conversation }) => conversation !== undefined);
  useEffect(() => {
    const { branch } = store.getState();
    if (!loaded || messageId === undefined || branch.some(({ id }) => id === messageId)) return;
    void store.showVersion(messageId);
  }, [app, store, loaded, messageId]);
}
