/** Puts a chat into a folder, an old one or a new one. */
import { useState } from 'react';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { useTexts } from '../i18n/texts.ts';
import { useLibrary, useServices } from '../services.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { useTry } from './useTry.ts';

export interface MoveDialogProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

export function MoveDialog({ conversation: { id, folderId }, onClose }: MoveDialogProps) {
  const { frame } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const folders = useLibrary((state) => state.folders);
  const [name, setName] = useState('');
  const move = (target: () => Promise<string | null>): void => {
    attempt(async () => app.changeConversation({ id, patch: { folderId: await target() } }));
    onClose();
  };
  const create = async (): Promise<string> => (await app.createFolder({ name: name.trim() })).id;
  return (
    <Dialog title={frame.moveTitle} onClose={onClose}>
      <ul className="choice-list">
        {[{ id: null, name: frame.noFolder }, ...folders].map((folder) => (
          <li key={folder.id}>
            <Button
              kind="quiet"
              icon={folder.id === folderId ? 'check' : 'folder'}
              aria-current={folder.id === folderId ? 'true' : undefined}
              onClick={() => move(async () => folder.id)}
            >
              {folder.name}
            </Button>
          </li>
        ))}
      </ul>
      <form
        className="field-with-button"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') move(create);
        }}
      >
        <TextField label={frame.newFolderName} value={name} onChange={(event) => setName(event.target.value)} />
        <Button type="submit" icon="plus" disabled={name.trim() === ''}>
          {frame.create}
        </Button>
      </form>
    </Dialog>
  );
}
