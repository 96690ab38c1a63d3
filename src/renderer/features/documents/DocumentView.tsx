/** One document: its reading and its summaries, beside them the questions about it. In narrow windows one at a time. */
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { DocumentStore } from '../../stores/document.ts';
import type { ShownPassage } from '../../stores/navigation.ts';
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
  /** The section to show. */
  readonly section?: number | undefined;
  /** The part of its text to show. */
  readonly passage?: ShownPassage | undefined;
}

export function DocumentView({ id, section, passage }: DocumentViewProps) {
  const { documents } = useServices();
  return <OpenDocument store={documents.open(id)} section={section} passage={passage} />;
}

interface OpenDocumentProps {
  readonly store: DocumentStore;
  readonly section: number | undefined;
  readonly passage: ShownPassage | undefined;
}

type Pane = 'reading' | 'questions';

function OpenDocument({ store, section, passage }: OpenDocumentProps) {
  const { common, documents } = useTexts();
  const { navigation } = useServices();
  const document = useStore(store, (state) => state.document);
  const loadError = useStore(store, (state) => state.loadError);
  const [pane, setPane] = useState<Pane>('reading');
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
        <DocumentQuestions store={store} document={document} />
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
