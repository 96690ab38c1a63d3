/** One message: the user's words, or an answer with its thoughts, what it rests on, and what can be done with it. */
import { memo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Message } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Markdown } from '../../markdown/Markdown.tsx';
import type { ConversationStore } from '../../stores/conversation.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { AnswerBasis } from './AnswerBasis.tsx';
import { AnswerProgress } from './AnswerProgress.tsx';
import { EditMessage } from './EditMessage.tsx';
import { MessageActions } from './MessageActions.tsx';
import { MessageFacts } from './MessageFacts.tsx';
import { Thoughts } from './Thoughts.tsx';

export interface MessageItemProps {
  readonly store: ConversationStore;
  readonly message: Message;
  readonly readOnly: boolean;
  readonly onShowPassage: ((startByte: number, endByte: number) => void) | undefined;
}

export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  return props.message.role === 'user' ? <Question {...props} /> : <Answer {...props} />;
});

function Question({ store, message, readOnly }: MessageItemProps) {
  const { chat } = useTexts();
  const [editing, setEditing] = useState(false);
  return (
    <article className="message message-user" aria-label={chat.you}>
      {editing ? (
        <EditMessage store={store} message={message} onClose={() => setEditing(false)} />
      ) : (
        <>
          <div className="message-words">{message.text}</div>
          <MessageActions store={store} message={message} readOnly={readOnly} onEdit={() => setEditing(true)} />
        </>
      )}
    </article>
  );
}

function Answer({ store, message, readOnly, onShowPassage }: MessageItemProps) {
  const { chat, common } = useTexts();
  const [facts, setFacts] = useState(false);
  const open = useStore(store, (state) => (state.open?.id === message.id ? state.open : undefined));
  const { text, thought, thoughtMs } = open ?? message;
  const basis = open?.basis ?? message.basis;
  return (
    <article className="message message-answer" aria-label={common.appName} aria-busy={open !== undefined}>
      {thought !== '' && <Thoughts thought={thought} ms={thoughtMs} writing={text === '' && !!open} />}
      {basis && <AnswerBasis basis={basis} onShowPassage={onShowPassage} />}
      {text !== '' && <Markdown text={text} open={open !== undefined} />}
      {open && <AnswerProgress open={open} />}
      {!open && <AnswerEnd message={message} />}
      {!open && (
        <MessageActions
          store={store}
          message={message}
          readOnly={readOnly}
          facts={facts}
          onFacts={() => setFacts(!facts)}
        />
      )}
      {facts && !open && <MessageFacts message={message} />}
      {open && <span className="visually-hidden">{chat.preparing}</span>}
    </article>
  );
}

/** How an answer ended, when that needs to be said. */
function AnswerEnd({ message: { status, error, endReason } }: { readonly message: Message }) {
  const { chat } = useTexts();
  if (error) return <ErrorCard error={error} quiet />;
  if (status === 'writing') return <p className="message-note">{chat.unfinished}</p>;
  if (status === 'stopped') return <p className="message-note">{chat.stopped}</p>;
  return endReason === 'length' ? <p className="message-note">{chat.lengthEnd}</p> : null;
}
