/** Asks before something that cannot be undone. */
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  /** The verb of the button that does it. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

export function ConfirmDialog({ title, confirm, danger = false, onConfirm, onClose, children }: ConfirmDialogProps) {
  const { common } = useTexts();
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button
        kind={danger ? 'danger' : 'primary'}
        onClick={() => {
          onConfirm();
          onClose();
        }}
      >
        {confirm}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} actions={actions}>
      {children}
    </Dialog>
  );
}
