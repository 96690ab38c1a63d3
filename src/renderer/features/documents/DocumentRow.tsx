/** A document in the list. */
import type { DocumentSummary } from '../../../main/api/documents.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge, type BadgeProps } from '../../page/Badge.tsx';
import { useServices } from '../../services.ts';
import { hashOf } from '../../stores/navigation.ts';
import { Icon } from '../../ui/icons.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { useDeleting } from './useDeleting.ts';

const TONES: Readonly<Record<DocumentSummary['status'], BadgeProps['tone']>> = {
  ...{ new: 'plain', waiting: 'plain', reading: 'accent', paused: 'warn', finished: 'good', failed: 'bad' },
};

export function DocumentRow({ document }: { readonly document: DocumentSummary }) {
  const { documents } = useTexts();
  const { navigation } = useServices();
  const format = useFormat();
  const attempt = useTry();
  const remove = useDeleting();
  const { id, title, pages, status, fraction } = document;
  const view = { kind: 'document', id } as const;
  return (
    <li className="row document-row">
      <Icon name={document.format === 'pdf' ? 'book' : 'document'} />
      <div className="row-words">
        <h2 className="row-title">
          <a href={hashOf(view)}>{title}</a>
        </h2>
        <p className="row-facts">
          <span>{documents.formatNames[document.format]}</span>
          {pages !== null && <span>{documents.pages(format.count(pages))}</span>}
          <span>{documents.addedOn(format.day(document.createdAt))}</span>
        </p>
        {(status === 'reading' || status === 'paused') && (
          <ProgressBar fraction={fraction} label={documents.progressOf(title)} />
        )}
      </div>
      <div className="row-actions">
        <Badge tone={TONES[status]}>{useStatusWords(document)}</Badge>
        <Menu
          label={documents.actionsFor(title)}
          items={[
            { id: 'open', label: documents.openAction, icon: 'book', onSelect: () => navigation.go(view) },
            {
              ...{ id: 'delete', label: documents.deleteAction, icon: 'trash', danger: true },
              onSelect: () => attempt(() => remove(document)),
            },
          ]}
        />
      </div>
    </li>
  );
}

function useStatusWords({ status, fraction }: DocumentSummary): string {
  const words = useTexts().documents.status;
  const format = useFormat();
  return status === 'reading' || status === 'paused' ? words[status](format.percent(fraction)) : words[status];
}
