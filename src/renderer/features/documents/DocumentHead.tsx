/** Title of a document, what it is, and what can be done with the whole of it. */
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { Document } from '../../../main/api/documents.ts';
import { ExportDialog } from '../../frame/ExportDialog.tsx';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { isUnderWay, type DocumentStore } from '../../stores/document.ts';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { memoryOf } from './memoryOf.ts';
import { ReadAgainDialog } from './ReadAgainDialog.tsx';
import { useDeleting } from './useDeleting.ts';

export interface DocumentHeadProps {
  readonly store: DocumentStore;
  readonly document: Document;
}

type OpenDialog = 'again' | 'export' | undefined;

export function DocumentHead({ store, document }: DocumentHeadProps) {
  const { documents } = useTexts();
  const { app } = useServices();
  const format = useFormat();
  const [open, setOpen] = useState<OpenDialog>();
  const items = useItems(store, document, setOpen);
  const { title, pages, facts } = document;
  const close = (): void => setOpen(undefined);
  return (
    <header className="document-head">
      <div className="row-words">
        <h1 title={title}>{title}</h1>
        <p className="row-facts">
          <span>{documents.formatNames[document.format]}</span>
          {pages !== null && <span>{documents.pages(format.count(pages))}</span>}
          <span>{documents.words(format.count(facts.words))}</span>
        </p>
      </div>
      <Menu label={documents.actionsFor(title)} items={items} />
      {open === 'again' && <ReadAgainDialog store={store} onClose={close} />}
      {open === 'export' && (
        <ExportDialog
          title={documents.exportTitle}
          hint={documents.exportHint}
          make={(how) => app.exportDocument({ id: document.id, ...how })}
          onClose={close}
        />
      )}
    </header>
  );
}

function useItems(store: DocumentStore, document: Document, open: (dialog: OpenDialog) => void): MenuItem[] {
  const { documents } = useTexts();
  const { app, navigation, stateSaving } = useServices();
  const reveals = useAppState(({ about }) => about?.shell === 'electron');
  const attempt = useTry();
  const remove = useDeleting();
  const reading = useStore(store, ({ live }) => live?.reading);
  const busy = reading !== undefined && isUnderWay(reading);
  const remembered = memoryOf(reading) !== 'not-read';
  return [
    {
      ...{ id: 'again', label: documents.readAgain, icon: 'refresh', disabled: !reading || busy },
      onSelect: () => open('again'),
    },
    {
      ...{ id: 'save', label: documents.saveState, icon: 'bookmark', disabled: !remembered || busy },
      onSelect: () =>
        stateSaving.ask({ of: { kind: 'document', documentId: document.id }, name: document.title, kept: true }),
    },
    { id: 'export', label: documents.export, icon: 'download', onSelect: () => open('export') },
    ...(reveals
      ? [revealItem(documents.reveal, () => attempt(() => app.revealInFolder({ path: document.path })))]
      : []),
    {
      ...{ id: 'delete', label: documents.deleteAction, icon: 'trash', danger: true },
      onSelect: () =>
        attempt(async () => {
          await remove(document);
          navigation.go({ kind: 'documents' });
        }),
    },
  ];
}

const revealItem = (label: string, onSelect: () => void): MenuItem => ({
  id: 'reveal',
  label,
  icon: 'folder',
  onSelect,
});
