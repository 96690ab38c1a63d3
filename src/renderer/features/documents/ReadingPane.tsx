/** The part of a document's view for its reading: what comes before it, how it goes, and what it brought. */
import { useStore } from 'zustand/react';
import type { Document } from '../../../main/api/documents.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { DocumentStore } from '../../stores/document.ts';
import { FinishedHead } from './FinishedHead.tsx';
import { LiveCard } from './LiveCard.tsx';
import { Preflight } from './Preflight.tsx';
import { ReadingAnnouncer } from './ReadingAnnouncer.tsx';
import { Summary } from './Summary.tsx';

export interface ReadingPaneProps {
  readonly store: DocumentStore;
  readonly document: Document;
  readonly section: number | undefined;
}

export function ReadingPane({ store, document, section }: ReadingPaneProps) {
  const { documents } = useTexts();
  const live = useStore(store, (state) => state.live);
  return (
    <section className="document-reading" aria-label={documents.reading}>
      <div className="document-column">
        {!live && <Preflight store={store} document={document} />}
        {live?.reading.status === 'finished' && <FinishedHead store={store} reading={live.reading} />}
        {live && live.reading.status !== 'finished' && <LiveCard store={store} document={document} live={live} />}
        {live && <Summary documentId={document.id} live={live} section={section} />}
        <ReadingAnnouncer live={live} />
      </div>
    </section>
  );
}
