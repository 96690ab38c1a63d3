/** Names what the model remembers of a document, so that it can be opened later. */
import { useState } from 'react';
import type { Document } from '../../../main/api/documents.ts';
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';

interface Props {
  readonly document: Document;
  readonly onClose: () => void;
}

export function SaveStateDialog({ document: { id, title }, onClose }: Props) {
  const { documents, common } = useTexts();
  const [name, setName] = useState(title);
  const save = useSaving(id);
  const trimmed = name.trim();
  const onSave = (): void => {
    if (trimmed === '') return;
    save(trimmed);
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" disabled={trimmed === ''} onClick={onSave}>
        {common.save}
      </Button>
    </>
  );
  return (
    <Dialog title={documents.saveStateTitle} onClose={onClose} actions={actions}>
      <p>{documents.saveStateHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <TextField
          label={documents.saveStateName}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function useSaving(documentId: string): (name: string) => void {
  const { documents } = useTexts();
  const { app, toasts, navigation } = useServices();
  const attempt = useTry();
  return (name) =>
    attempt(async () => {
      await app.saveState({ name, tags: [], of: { kind: 'document', documentId } });
      toasts.show({
        ...{ kind: 'done', text: documents.saved(name) },
        action: { label: documents.showSaved, run: () => navigation.go({ kind: 'states' }) },
      });
    });
}
