/** A chat in the sidebar with its menu. */
import { useState } from 'react';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { useTexts } from '../i18n/texts.ts';
import { useServices, useView } from '../services.ts';
import { hashOf } from '../stores/navigation.ts';
import { Menu } from '../ui/Menu.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { RenameInput } from './RenameInput.tsx';
import { useConversationActions } from './useConversationActions.ts';
import { useTry } from './useTry.ts';

export function ConversationRow({ conversation }: { readonly conversation: ConversationSummary }) {
  const { frame } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const view = useView();
  const [open, setOpen] = useState<'rename' | 'move' | 'export'>();
  const items = useConversationActions(conversation, setOpen);
  const { id } = conversation;
  const title = conversation.title === '' ? frame.untitled : conversation.title;
  const rename = (next: string | undefined): void => {
    setOpen(undefined);
    if (next !== undefined) attempt(() => app.changeConversation({ id, patch: { title: next } }));
  };
  if (open === 'rename')
    return (
      <li className="nav-item">
        <RenameInput value={title} label={frame.titleField} onEnd={rename} />
      </li>
    );
  const here = view.kind === 'conversation' && view.id === id;
  return (
    <li className="nav-item">
      <a className="nav-row" href={hashOf({ kind: 'conversation', id })} aria-current={here ? 'page' : undefined}>
        <span className="one-line">{title}</span>
      </a>
      <Menu label={frame.actionsFor(title)} items={items} />
      {open === 'move' && <MoveDialog conversation={conversation} onClose={() => setOpen(undefined)} />}
      {open === 'export' && (
        <ExportDialog
          title={frame.exportTitle}
          hint={frame.exportHint}
          make={(how) => app.exportConversation({ id, ...how })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </li>
  );
}
