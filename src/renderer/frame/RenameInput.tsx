/** A name that is being changed where it stands: Enter and leaving keep it, Esc does not. */
import { useEffect, useRef } from 'react';
import { isComposing } from '../shortcuts.ts';

export interface RenameInputProps {
  readonly value: string;
  readonly label: string;
  /** With the new name; undefined when it stays as it was. */
  readonly onEnd: (name: string | undefined) => void;
}

export function RenameInput({ value, label, onEnd }: RenameInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => input.current?.select(), []);
  const end = (keep: boolean): void => {
    // Enter takes the field away, which blurs it.
    if (ended.current) return;
    ended.current = true;
    const name = input.current?.value.trim() ?? '';
    onEnd(keep && name !== '' && name !== value ? name : undefined);
  };
  return (
    <input
      ref={input}
      className="input rename-input"
      aria-label={label}
      defaultValue={value}
      maxLength={200}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return;
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        end(event.key === 'Enter');
      }}
    />
  );
}
