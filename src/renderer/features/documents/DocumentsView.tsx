/** All documents: what each is, how far it was read, and how to add more. */
import { useTexts } from '../../i18n/texts.ts';
import { useLibrary } from '../../services.ts';
import { Page } from '../../page/Page.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { AddDocuments } from './AddDocuments.tsx';
import { DocumentRow } from './DocumentRow.tsx';
import './documents.css';

export function DocumentsView() {
  const { common, documents: words } = useTexts();
  const documents = useLibrary((state) => state.documents);
  if (documents?.length === 0)
    return (
      <Page title={common.documents} lead={words.lead}>
        <EmptyState icon="book" title={words.emptyTitle} action={<AddDocuments kind="primary" />}>
          <p>{words.empty}</p>
          <p className="formats">{words.formats}</p>
        </EmptyState>
      </Page>
    );
  return (
    <Page title={common.documents} lead={words.lead} actions={<AddDocuments kind="primary" />}>
      {documents ? (
        <ul className="rows" aria-label={words.list}>
          {documents.map((document) => (
            <DocumentRow key={document.id} document={document} />
          ))}
        </ul>
      ) : (
        <Spinner label={common.loading} />
      )}
    </Page>
  );
}
