/** Something that was deleted. */
import { useState } from 'react';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { daysLeft } from './daysLeft.ts';

export interface BinItem {
  readonly kind: 'chat' | 'document';
  readonly id: string;
  readonly title: string;
  readonly deletedAt: string | null;
}

export function BinRow({ item }: { readonly item: BinItem }) {
  const { bin } = useTexts();
  const { app, toasts } = useServices();
  const attempt = useTry();
  const [asking, setAsking] = useState(false);
  const { kind, id, title } = item;
  const ids = [id];
  const restore = async (): Promise<void> => {
    await (kind === 'chat' ? app.restoreConversations({ ids }) : app.restoreDocuments({ ids }));
    toasts.show({ kind: 'done', text: bin.restored(title) });
  };
  const purge = (): Promise<unknown> =>
    kind === 'chat' ? app.purgeConversations({ ids }) : app.purgeDocuments({ ids });
  return (
    <li className="row">
      <Words item={item} />
      <div className="row-actions">
        <Button aria-label={bin.restoreName(title)} onClick={() => attempt(restore)}>
          {bin.restore}
        </Button>
        <Button kind="quiet" aria-label={bin.purgeName(title)} onClick={() => setAsking(true)}>
          {bin.purge}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={bin.purgeTitle(title)}
          confirm={bin.purge}
          danger
          onConfirm={() => attempt(purge)}
          onClose={() => setAsking(false)}
        >
          <p>{kind === 'chat' ? bin.purgeChat : bin.purgeDocument}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

function Words({ item: { title, deletedAt } }: { readonly item: BinItem }) {
  const { bin } = useTexts();
  const format = useFormat();
  return (
    <div className="row-words">
      <h3 className="row-title">{title}</h3>
      {deletedAt !== null && (
        <p className="row-facts">
          <span>{bin.deletedOn(format.day(deletedAt))}</span>
          <span>{bin.daysLeft(format.count(daysLeft(deletedAt, new Date())))}</span>
        </p>
      )}
    </div>
  );
}
