/** What was deleted in the last 30 days: bring it back, or delete it for good. */
import { useState } from 'react';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Loaded } from '../../page/Loaded.tsx';
import { Page } from '../../page/Page.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { useServices } from '../../services.ts';
import type { Bin } from '../../stores/lists.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { BinRow } from './BinRow.tsx';
import { chatsOf } from './chatsOf.ts';

export function BinView() {
  const { common, bin: words } = useTexts();
  const { lists } = useServices();
  return (
    <Page title={common.bin} lead={words.lead}>
      <Loaded from={lists.bin}>{(bin) => <BinContent bin={bin} />}</Loaded>
    </Page>
  );
}

function BinContent({ bin }: { readonly bin: Bin }) {
  const { bin: words, frame } = useTexts();
  const chats = chatsOf(bin);
  const { documents } = bin;
  if (chats.length + documents.length === 0)
    return (
      <EmptyState icon="trash" title={words.emptyTitle}>
        <p>{words.empty}</p>
      </EmptyState>
    );
  return (
    <>
      {documents.length > 0 && (
        <PageSection title={words.documents}>
          <ul className="rows">
            {documents.map(({ id, title, deletedAt }) => (
              <BinRow key={id} item={{ kind: 'document', id, title, deletedAt }} />
            ))}
          </ul>
        </PageSection>
      )}
      {chats.length > 0 && (
        <PageSection title={words.chats}>
          <ul className="rows">
            {chats.map(({ id, title, deletedAt }) => (
              <BinRow key={id} item={{ kind: 'chat', id, title: title === '' ? frame.untitled : title, deletedAt }} />
            ))}
          </ul>
        </PageSection>
      )}
      <EmptyBin bin={bin} />
    </>
  );
}

function EmptyBin({ bin }: { readonly bin: Bin }) {
  const { bin: words } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const chats = chatsOf(bin);
  const { documents } = bin;
  const purge = async (): Promise<void> => {
    await app.purgeDocuments({ ids: documents.map(({ id }) => id) });
    await app.purgeConversations({ ids: chats.map(({ id }) => id) });
  };
  return (
    <>
      <Button kind="danger" icon="trash" onClick={() => setAsking(true)}>
        {words.empty30}
      </Button>
      {asking && (
        <ConfirmDialog
          title={words.emptyBinTitle}
          confirm={words.purge}
          danger
          onConfirm={() => attempt(purge)}
          onClose={() => setAsking(false)}
        >
          <p>{words.emptyBinText(format.count(chats.length), format.count(documents.length))}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
