/** Questions about a document and their answers, each with what it rests on; they can be asked while it is being read. */
import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Document } from '../../../main/api/documents.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { useShortcuts } from '../../frame/useShortcuts.ts';
import { isUnderWay, type DocumentStore } from '../../stores/document.ts';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { Announcer } from '../chat/Announcer.tsx';
import { MessageList } from '../chat/MessageList.tsx';
import '../chat/chat.css';
import { AskBox } from './AskBox.tsx';
import { PassageDialog } from './PassageDialog.tsx';

export interface DocumentQuestionsProps {
  readonly store: DocumentStore;
  readonly document: Document;
  /** The message to show; else the end. */
  readonly messageId: string | undefined;
}

export function DocumentQuestions({ store, document: { id, conversationId }, messageId }: DocumentQuestionsProps) {
  const { documents } = useTexts();
  const { conversations } = useServices();
  const conversation = conversations.open(conversationId);
  const loadError = useStore(conversation, (state) => state.loadError);
  const [passage, setPassage] = useState<{ startByte: number; endByte: number }>();
  const showPassage = useCallback((startByte: number, endByte: number) => setPassage({ startByte, endByte }), []);
  const reading = useStore(store, ({ live }) => live?.reading);
  const empty = useStore(conversation, ({ branch }) => branch.length === 0);
  useShortcuts({
    stop: () => {
      const { busy } = conversation.getState();
      conversation.stop();
      return busy;
    },
  });
  const underWay = reading !== undefined && isUnderWay(reading);
  const header = useMemo(
    () => (
      <>
        {empty && <p className="questions-note">{documents.noQuestions}</p>}
        {underWay && <p className="questions-note">{documents.askWhileReading}</p>}
      </>
    ),
    [documents, empty, underWay],
  );
  return (
    <section className="document-questions" aria-labelledby="document-questions">
      <h2 id="document-questions">{documents.questions}</h2>
      {loadError !== undefined && <ErrorCard error={loadError} onRetry={() => void conversation.reload()} />}
      <MessageList store={conversation} messageId={messageId} readOnly header={header} onShowPassage={showPassage} />
      <AskBox documentId={id} conversation={conversation} reading={reading} />
      <Announcer store={conversation} />
      {passage && <PassageDialog documentId={id} {...passage} onClose={() => setPassage(undefined)} />}
    </section>
  );
}
