/** The field for a question about a document, with the choice of how to answer it. */
import { useId, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Reading } from '../../../main/api/documents.ts';
import { useShortcuts } from '../../frame/useShortcuts.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { keysOf } from '../../shortcuts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { useSendKey } from '../chat/Composer.tsx';
import { ModelNotice } from '../chat/ModelNotice.tsx';
import { WayChoice, type Way } from './WayChoice.tsx';
import { memoryOf } from './memoryOf.ts';

export interface AskBoxProps {
  readonly documentId: string;
  readonly conversation: ConversationStore;
  readonly reading: Reading | undefined;
}

export function AskBox({ documentId, conversation, reading }: AskBoxProps) {
  const { documents } = useTexts();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useStore(conversation.draft, (state) => state.text);
  const busy = useStore(conversation, (state) => state.busy);
  const loaded = useAppState(({ engine }) => engine.type === 'loaded');
  const [chosen, setChosen] = useState<Way>('reread');
  const memory = memoryOf(reading);
  const way = memory === 'there' ? chosen : 'reread';
  const ask = useAsking(documentId, conversation);
  const empty = text.trim() === '';
  const send = (): void => {
    if (busy || empty || !loaded) return;
    void ask(text.trim(), way);
    field.current?.focus();
  };
  const onKeyDown = useSendKey(send);
  useShortcuts({ composer: () => field.current?.focus() });
  return (
    <div className="composer-place ask-place">
      {!loaded && <ModelNotice />}
      <div className="composer">
        <label htmlFor={id} className="visually-hidden">
          {documents.ask}
        </label>
        <textarea
          ref={field}
          id={id}
          className="composer-field"
          rows={1}
          placeholder={documents.askPlaceholder}
          value={text}
          onChange={(event) => conversation.draft.set(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-row">
          <WayChoice way={way} memory={memory} onChange={setChosen} />
          <span className="composer-space" />
          {busy ? (
            <IconButton
              className="composer-stop"
              icon="stop"
              label={documents.stop}
              keys={keysOf('stop')}
              onClick={conversation.stop}
            />
          ) : (
            <IconButton
              className="composer-send"
              icon="send"
              label={documents.send}
              disabled={empty || !loaded}
              onClick={send}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function useAsking(id: string, conversation: ConversationStore): (question: string, mode: Way) => Promise<void> {
  const { app } = useServices();
  return async (question, mode) => {
    conversation.draft.set('');
    const began = await conversation.run((signal) => app.askDocument({ id, question, mode }, signal));
    // What could not be asked comes back, unless something new was begun.
    if (!began && conversation.draft.getState().text === '') conversation.draft.set(question);
  };
}
