/** A field for a message: it grows with the text, sends it, and stops the answer that is under way. */
import { useId, useRef, type ReactNode } from 'react';
import { useStore } from 'zustand/react';
import { useShortcuts } from '../../frame/useShortcuts.ts';
import { keysOf } from '../../shortcuts.ts';
import type { Draft } from '../../stores/draft.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { focusComposer } from './focusComposer.ts';
import { useSendKey } from './useSendKey.ts';

export interface MessageFieldProps {
  readonly draft: Draft;
  /** An answer is under way. */
  readonly busy: boolean;
  readonly labels: {
    readonly field: string;
    readonly placeholder: string;
    readonly send: string;
    readonly stop: string;
  };
  readonly autoFocus?: boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
  /** What decides how it is answered. */
  readonly children: ReactNode;
}

export function MessageField(props: MessageFieldProps) {
  const { draft, busy, labels, autoFocus = false, onSend, onStop, children } = props;
  const id = useId();
  const text = useStore(draft, (state) => state.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useShortcuts({ composer: focusComposer });
  const sendable = text.trim() !== '';
  const send = (): void => {
    if (busy || !sendable) return;
    onSend(text.trim());
    field.current?.focus();
  };
  const onKeyDown = useSendKey(send);
  return (
    <div className="composer">
      <label htmlFor={id} className="visually-hidden">
        {labels.field}
      </label>
      <textarea
        ref={field}
        id={id}
        className="composer-field"
        rows={1}
        placeholder={labels.placeholder}
        value={text}
        autoFocus={autoFocus}
        onChange={(event) => draft.set(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        {children}
        <span className="composer-space" />
        {busy ? (
          <IconButton
            className="composer-stop"
            icon="stop"
            label={labels.stop}
            keys={keysOf('stop')}
            onClick={onStop}
          />
        ) : (
          <IconButton className="composer-send" icon="send" label={labels.send} disabled={!sendable} onClick={send} />
        )}
      </div>
    </div>
  );
}
