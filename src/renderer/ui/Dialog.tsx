/** A modal dialog: the browser's own, so the page behind is inert and Esc closes. Render it only while it is open. */
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { classNames } from './classNames.ts';
import { IconButton } from './IconButton.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** The buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

export function Dialog({ title, onClose, actions, wide = false, children }: DialogProps) {
  const { common } = useTexts();
  const titleId = useId();
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      className={classNames('dialog', wide && 'dialog-wide')}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      // Browsers close without `cancel` when Esc is pressed twice; the effect's own closing is over by now.
      onClose={(event) => {
        if (event.target === event.currentTarget && dialog.current?.open === false) onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="dialog-inside">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <IconButton icon="close" label={common.close} onClick={onClose} />
        </header>
        <div className="dialog-body">{children}</div>
        {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}

/** Opens the dialog for as long as it is mounted; then focus goes back to where it was. */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return dialog;
}
