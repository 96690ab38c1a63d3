/** The latest documents in the sidebar, each with how far it was read. */
import type { DocumentSummary } from '../../main/api/documents.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { useLibrary, useView } from '../services.ts';
import { hashOf } from '../stores/navigation.ts';
import { Icon } from '../ui/icons.tsx';

const SHOWN = 5;

export function DocumentList() {
  const { common, frame } = useTexts();
  const documents = useLibrary((state) => state.documents);
  const here = useView().kind === 'documents';
  return (
    <section aria-labelledby="sidebar-documents">
      <h2 id="sidebar-documents" className="sidebar-title">
        {common.documents}
      </h2>
      {documents?.length === 0 && <p className="sidebar-empty">{frame.noDocuments}</p>}
      <ul className="nav-list">
        {documents?.slice(0, SHOWN).map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
        <li>
          <a className="nav-row nav-row-soft" href="#/documents" aria-current={here ? 'page' : undefined}>
            <Icon name="book" />
            <span>{frame.allDocuments}</span>
          </a>
        </li>
      </ul>
    </section>
  );
}

function DocumentRow({ document }: { readonly document: DocumentSummary }) {
  const view = useView();
  const words = useReadingWords(document);
  const { id, status, fraction } = document;
  const here = view.kind === 'document' && view.id === id;
  const moving = status === 'reading' || status === 'paused';
  return (
    <li>
      <a
        className="nav-row nav-row-tall"
        href={hashOf({ kind: 'document', id })}
        aria-current={here ? 'page' : undefined}
      >
        <Icon name="document" />
        <span className="nav-row-words">
          <span className="one-line">{document.title}</span>
          <small data-status={status}>{words}</small>
          {moving && <span className="reading-line" style={{ inlineSize: `${100 * fraction}%` }} />}
        </span>
      </a>
    </li>
  );
}

function useReadingWords({ status, fraction }: DocumentSummary): string {
  const { reading } = useTexts().frame;
  const format = useFormat();
  if (status === 'reading' || status === 'paused') return reading[status](format.percent(fraction));
  return reading[status];
}
