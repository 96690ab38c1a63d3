/** The field for a question about a document, with the choice of how to answer it. */
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { Reading } from '../../../main/api/documents.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { MessageField } from '../chat/MessageField.tsx';
import { ModelNotice } from '../chat/ModelNotice.tsx';
import { WaitingMessage } from '../chat/WaitingMessage.tsx';
import { WayChoice, type Way } from './WayChoice.tsx';
import { memoryOf } from './memoryOf.ts';

export interface AskBoxProps {
  readonly documentId: string;
  readonly conversation: ConversationStore;
  readonly reading: Reading | undefined;
}

export function AskBox({ documentId, conversation, reading }: AskBoxProps) {
  const { documents } = useTexts();
  const busy = useStore(conversation, (state) => state.busy);
  const [chosen, setChosen] = useState<Way>('reread');
  const memory = memoryOf(reading);
  const way = memory === 'there' ? chosen : 'reread';
  const ask = useAsking(documentId, conversation);
  const labels = {
    ...{ field: documents.ask, placeholder: documents.askPlaceholder },
    ...{ send: documents.send, stop: documents.stop },
  };
  return (
    <div className="composer-place ask-place">
      <ModelNotice />
      <WaitingMessage store={conversation} />
      <MessageField
        {...{ busy, labels, draft: conversation.draft, onStop: conversation.stop }}
        onSend={(question) => void ask(question, way)}
      >
        <WayChoice way={way} memory={memory} onChange={setChosen} />
      </MessageField>
    </div>
  );
}

function useAsking(id: string, conversation: ConversationStore): (question: string, mode: Way) => Promise<void> {
  const { app } = useServices();
  return async (question, mode) => {
    conversation.draft.take(question);
    const began = await conversation.run((signal) => app.askDocument({ id, question, mode }, signal), question);
    if (!began) conversation.draft.giveBack();
  };
}
