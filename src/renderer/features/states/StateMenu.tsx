/** What else can be done with a saved state: name, copy, export, delete. */
import { useState } from 'react';
import type { SavedState } from '../../../main/api/states.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { EditStateDialog } from './EditStateDialog.tsx';
import { fetchHandout } from './fetchHandout.ts';

type OpenDialog = 'edit' | 'delete' | undefined;

export function StateMenu({ state }: { readonly state: SavedState }) {
  const { states } = useTexts();
  const { app, toasts } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const [open, setOpen] = useState<OpenDialog>();
  const { id, name, byteLength } = state;
  const close = (): void => setOpen(undefined);
  const remove = async (): Promise<void> => {
    await app.deleteStates({ ids: [id] });
    toasts.show({ kind: 'done', text: states.deleted(name) });
  };
  return (
    <>
      <Menu label={states.actionsFor(name)} items={useItems(state, setOpen)} />
      {open === 'edit' && <EditStateDialog state={state} onClose={close} />}
      {open === 'delete' && (
        <ConfirmDialog
          title={states.deleteTitle(name)}
          confirm={states.deleteConfirm}
          danger
          onConfirm={() => attempt(remove)}
          onClose={close}
        >
          <p>{states.deleteText(format.bytes(byteLength))}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function useItems({ id }: SavedState, open: (dialog: OpenDialog) => void): MenuItem[] {
  const { states } = useTexts();
  const { app, toasts } = useServices();
  const attempt = useTry();
  const duplicate = async (): Promise<void> => {
    const { name } = await app.duplicateState({ id });
    toasts.show({ kind: 'done', text: states.duplicated(name) });
  };
  return [
    { id: 'edit', label: states.edit, icon: 'edit', onSelect: () => open('edit') },
    { id: 'duplicate', label: states.duplicate, icon: 'copy', onSelect: () => attempt(duplicate) },
    {
      ...{ id: 'export', label: states.export, icon: 'download' },
      onSelect: () => attempt(async () => fetchHandout(await app.exportState({ id }))),
    },
    { id: 'delete', label: states.deleteAction, icon: 'trash', danger: true, onSelect: () => open('delete') },
  ];
}
