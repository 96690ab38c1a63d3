/** Short notes at the window's edge. They stay while the pointer or the focus is on them; errors stay until dismissed. */
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './Button.tsx';
import { classNames } from './classNames.ts';
import { Icon } from './icons.tsx';
import { IconButton } from './IconButton.tsx';

export interface ToastItem {
  readonly id: number;
  readonly kind: 'done' | 'error';
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
}

export interface ToastsProps {
  readonly toasts: readonly ToastItem[];
  readonly onDismiss: (id: number) => void;
}

const SHOWN_MS = 6000;
const SHOWN_WITH_ACTION_MS = 12_000;

export function Toasts({ toasts, onDismiss }: ToastsProps) {
  const { ui } = useTexts();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  return (
    <section
      className="toasts"
      aria-label={ui.notifications}
      aria-live="polite"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      {toasts.map((toast) => (
        <Toast key={toast.id} toast={toast} paused={hovered || focused} onDismiss={() => onDismiss(toast.id)} />
      ))}
    </section>
  );
}

interface ToastProps {
  readonly toast: ToastItem;
  readonly paused: boolean;
  readonly onDismiss: () => void;
}

function Toast({ toast, paused, onDismiss }: ToastProps) {
  const { common } = useTexts();
  useDismissal(toast, paused, onDismiss);
  const { action } = toast;
  return (
    <div className={classNames('toast', `toast-${toast.kind}`)} role={toast.kind === 'error' ? 'alert' : undefined}>
      <Icon name={toast.kind === 'error' ? 'warning' : 'check'} />
      <p>{toast.text}</p>
      {action && (
        <Button
          kind="quiet"
          onClick={() => {
            action.run();
            onDismiss();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label={common.close} onClick={onDismiss} />
    </div>
  );
}

/** The time begins anew after a pause: whoever looked at a note may need it once more. */
function useDismissal({ kind, action }: ToastItem, paused: boolean, onDismiss: () => void): void {
  const stays = paused || kind === 'error';
  const shown = action ? SHOWN_WITH_ACTION_MS : SHOWN_MS;
  const [dismiss] = useState(() => onDismiss);
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(dismiss, shown);
    return () => clearTimeout(timer);
  }, [stays, shown, dismiss]);
}
