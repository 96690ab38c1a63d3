/**
 * The messages of a branch. Only those near the window exist in the page; the end is followed while an answer is written,
 * unless the user scrolled up.
 */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import { useStore } from 'zustand/react';
import type { Message } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import './chat.css';
import { createFollowing, type Following } from './following.ts';
import { MessageItem } from './MessageItem.tsx';

export interface MessageListProps {
  readonly store: ConversationStore;
  /** The message to begin at; else the end. */
  readonly messageId?: string | undefined;
  /** Questions about documents can only be read and copied. */
  readonly readOnly?: boolean;
  /** What stands above the first message. */
  readonly header?: ReactNode;
  /** Shows a passage that an answer rests on. */
  readonly onShowPassage?: ((startByte: number, endByte: number) => void) | undefined;
}

export function MessageList({ store, messageId, readOnly = false, header, onShowPassage }: MessageListProps) {
  const { chat } = useTexts();
  const branch = useStore(store, (state) => state.branch);
  const list = useRef<VirtuosoHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const start = branch.findIndex(({ id }) => id === messageId);
  const following = useFollowing(store, start);
  useShownMessage(list, following, start);
  const item = useCallback(
    (_index: number, message: Message) => (
      <MessageItem store={store} message={message} readOnly={readOnly} onShowPassage={onShowPassage} />
    ),
    [store, readOnly, onShowPassage],
  );
  const attach = useCallback(
    (element: HTMLElement | Window | null) => following.attach(element instanceof HTMLElement ? element : null),
    [following],
  );
  const components = useMemo(
    () => ({ Header: () => <div className="messages-head">{header}</div>, Footer: () => <ListEnd store={store} /> }),
    [header, store],
  );
  return (
    <div className="messages" role="group" aria-label={chat.log}>
      <Virtuoso
        ref={list}
        data={branch}
        computeItemKey={(_index, { id }) => id}
        itemContent={item}
        components={components}
        // To the end it goes by following: the list's own way there would begin anew with every piece of an answer.
        {...(start >= 0 && { initialTopMostItemIndex: start })}
        increaseViewportBy={600}
        atBottomThreshold={48}
        atBottomStateChange={setAtEnd}
        scrollerRef={attach}
        totalListHeightChanged={following.onHeight}
      />
      {!atEnd && branch.length > 0 && (
        <IconButton className="to-end" icon="down" label={chat.toEnd} onClick={following.follow} />
      )}
    </div>
  );
}

/** A new turn is always shown; what grows is followed while the user is at the end. */
function useFollowing(store: ConversationStore, start: number): Following {
  const [following] = useState(() => createFollowing(start < 0 ? 'end' : 'elsewhere'));
  useEffect(
    () =>
      store.subscribe(({ open }, before) => {
        if (open && open.id !== before.open?.id) following.follow();
      }),
    [store, following],
  );
  return following;
}

/** A message that the search found while the conversation is open already. */
function useShownMessage(list: { readonly current: VirtuosoHandle | null }, following: Following, index: number): void {
  useEffect(() => {
    if (index < 0) return;
    following.leave();
    list.current?.scrollToIndex({ index, align: 'start' });
  }, [list, following, index]);
}

function ListEnd({ store }: { readonly store: ConversationStore }) {
  const turnError = useStore(store, (state) => state.turnError);
  return <div className="messages-end">{turnError !== undefined && <ErrorCard error={turnError} />}</div>;
}
