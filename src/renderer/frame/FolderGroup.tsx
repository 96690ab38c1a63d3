/** A folder of chats in the sidebar: folds, can be renamed and taken away. */
import { useEffect, useRef, useState } from 'react';
import type { ConversationSummary, Folder } from '../../main/api/conversations.ts';
import { useTexts } from '../i18n/texts.ts';
import { useLayout, useServices } from '../services.ts';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../ui/Menu.tsx';
import { ConversationRow } from './ConversationRow.tsx';
import { RenameInput } from './RenameInput.tsx';
import { useTry } from './useTry.ts';

export interface FolderGroupProps {
  readonly folder: Folder;
  readonly conversations: readonly ConversationSummary[];
}

export function FolderGroup({ folder, conversations }: FolderGroupProps) {
  const { frame } = useTexts();
  const { app, layout } = useServices();
  const attempt = useTry();
  const [open, setOpen] = useState(true);
  const [renaming, setRenaming] = useState(false);
  const { id, name } = folder;
  const button = useRef<HTMLButtonElement>(null);
  const shown = useLayout(({ folderToShow }) => folderToShow === id);
  if (shown && !open) setOpen(true);
  useEffect(() => {
    if (!shown) return;
    button.current?.focus();
    button.current?.scrollIntoView({ block: 'nearest' });
    layout.folderShown();
  }, [shown, layout]);
  const rename = (next: string | undefined): void => {
    setRenaming(false);
    if (next !== undefined) attempt(() => app.renameFolder({ id, name: next }));
  };
  return (
    <>
      <h3 className="nav-item nav-folder">
        {renaming ? (
          <RenameInput value={name} label={frame.renameFolder} onEnd={rename} />
        ) : (
          <button ref={button} type="button" className="nav-row" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? 'down' : 'right'} />
            <span className="one-line">{name}</span>
          </button>
        )}
        <Menu
          label={frame.actionsFor(name)}
          items={[
            { id: 'rename', label: frame.renameFolder, icon: 'edit', onSelect: () => setRenaming(true) },
            {
              ...{ id: 'delete', label: frame.deleteFolder, hint: frame.deleteFolderHint, icon: 'trash' },
              onSelect: () => attempt(() => app.deleteFolder({ id })),
            },
          ]}
        />
      </h3>
      {open && (
        <ul className="nav-list nav-list-inner">
          {conversations.map((conversation) => (
            <ConversationRow key={conversation.id} conversation={conversation} />
          ))}
        </ul>
      )}
    </>
  );
}
