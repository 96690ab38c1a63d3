/** One document: its reading and its summaries, beside them the questions about it. In narrow windows one at a time. */
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { DocumentStore } from '../../stores/document.ts';
import type { DocumentPlace } from '../../stores/navigation.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { DocumentHead } from './DocumentHead.tsx';
import { DocumentQuestions } from './DocumentQuestions.tsx';
import { PassageDialog } from './PassageDialog.tsx';
import { ReadingPane } from './ReadingPane.tsx';
import './documents.css';

export interface DocumentViewProps {
  readonly id: string;
  /** What of it to show. */
  readonly place: DocumentPlace;
}

export function DocumentView({ id, place }: DocumentViewProps) {
  const { documents } = useServices();
  return <OpenDocument store={documents.open(id)} place={place} />;
}

interface OpenDocumentProps {
  readonly store: DocumentStore;
  readonly place: DocumentPlace;
}

type Pane = 'reading' | 'questions';

function OpenDocument({ store, place: { section, passage, messageId } }: OpenDocumentProps) {
  const { common, documents } = useTexts();
  const { navigation } = useServices();
  const document = useStore(store, (state) => state.document);
  const loadError = useStore(store, (state) => state.loadError);
  const [pane, setPane] = usePane(messageId);
  if (!document)
    return (
      <div className="chat-waiting">
        {loadError === undefined ? (
          <Spinner label={common.loading} />
        ) : (
          <>
            <h1>{documents.openFailed}</h1>
            <ErrorCard error={loadError} onRetry={() => void store.reload()} />
          </>
        )}
      </div>
    );
  return (
    <div className="document" data-pane={pane}>
      <DocumentHead store={store} document={document} />
      {document.deletedAt !== null && <InBin id={document.id} onRestored={() => void store.reload()} />}
      <PaneSwitch conversationId={document.conversationId} pane={pane} onChange={setPane} />
      <div className="document-panes">
        <ReadingPane store={store} document={document} section={section} />
        <DocumentQuestions store={store} document={document} messageId={messageId} />
      </div>
      {passage && (
        <PassageDialog
          key={`${passage.startByte}-${passage.endByte}`}
          documentId={document.id}
          {...passage}
          onClose={() => navigation.go({ kind: 'document', id: document.id })}
        />
      )}
    </div>
  );
}

/** The part that is shown where there is room for one; a message that is to be shown is among the questions. */
function usePane(messageId: string | undefined): [Pane, (pane: Pane) => void] {
  const [pane, setPane] = useState<Pane>('reading');
  const [shown, setShown] = useState<string>();
  if (messageId !== shown) {
    setShown(messageId);
    if (messageId !== undefined) setPane('questions');
  }
  return [pane, setPane];
}

/** A link or the search may lead here. */
function InBin({ id, onRestored }: { readonly id: string; readonly onRestored: () => void }) {
  const { documents } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const restore = async (): Promise<void> => {
    await app.restoreDocuments({ ids: [id] });
    onRestored();
  };
  return (
    <div className="banner">
      <Icon name="trash" />
      <p>{documents.inBin}</p>
      <Button onClick={() => attempt(restore)}>{documents.restoreAction}</Button>
    </div>
  );
}

interface PaneSwitchProps {
  readonly conversationId: string;
  readonly pane: Pane;
  readonly onChange: (pane: Pane) => void;
}

function PaneSwitch({ conversationId, pane, onChange }: PaneSwitchProps) {
  const { documents } = useTexts();
  const { conversations } = useServices();
  const format = useFormat();
  const questions = useStore(
    conversations.open(conversationId),
    ({ branch }) => branch.filter(({ role }) => role === 'user').length,
  );
  const names = { reading: documents.reading, questions: documents.questionsTab(format.count(questions)) };
  return (
    <div className="pane-switch" role="group">
      {(['reading', 'questions'] as const).map((name) => (
        <button key={name} type="button" aria-pressed={name === pane} onClick={() => onChange(name)}>
          {names[name]}
        </button>
      ))}
    </div>
  );
}
