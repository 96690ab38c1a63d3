/** Takes a model off the list; a file of the app's own only with a question. */
import { useState } from 'react';
import type { ModelEntry } from '../../../main/api/models.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';

export function ModelMenu({ model }: { readonly model: ModelEntry }) {
  const { models } = useTexts();
  const { app, toasts } = useServices();
  const attempt = useTry();
  const reveals = useAppState(({ about }) => about?.shell === 'electron');
  const [asking, setAsking] = useState(false);
  const { id, place, path, missing } = model;
  const name = model.facts?.name ?? model.fileName;
  const remove = (deleteFile: boolean): void =>
    attempt(async () => {
      await app.removeModel({ id, deleteFile });
      toasts.show({ kind: 'done', text: models.removed(name) });
    });
  const asks = place === 'folder' && !missing;
  const items: MenuItem[] = [
    ...(reveals && !missing ? [revealItem(models.reveal, () => attempt(() => app.revealInFolder({ path })))] : []),
    {
      ...{ id: 'remove', label: asks ? models.remove : models.unlink, icon: 'trash', danger: asks },
      onSelect: () => (asks ? setAsking(true) : remove(false)),
    },
  ];
  if (place === 'embedded') return null;
  return (
    <>
      <Menu label={models.actionsFor(name)} items={items} />
      {asking && <RemoveDialog {...{ model, name, remove }} onClose={() => setAsking(false)} />}
    </>
  );
}

const revealItem = (label: string, onSelect: () => void): MenuItem => ({
  id: 'reveal',
  label,
  icon: 'folder',
  onSelect,
});

interface RemoveDialogProps {
  readonly model: ModelEntry;
  readonly name: string;
  readonly remove: (deleteFile: boolean) => void;
  readonly onClose: () => void;
}

function RemoveDialog({ model, name, remove, onClose }: RemoveDialogProps) {
  const { models, common } = useTexts();
  const format = useFormat();
  const choose = (deleteFile: boolean): void => {
    remove(deleteFile);
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button onClick={() => choose(false)}>{models.keepFile}</Button>
      <Button kind="danger" onClick={() => choose(true)}>
        {models.deleteFile}
      </Button>
    </>
  );
  return (
    <Dialog title={models.removeTitle(name)} onClose={onClose} actions={actions}>
      <p>{models.removeText(format.bytes(model.bytes))}</p>
    </Dialog>
  );
}
