/** A text that is kept when the user leaves the field or presses Enter, if it is valid; Esc brings back what was there. */
import { useState } from 'react';
import { isComposing } from '../shortcuts.ts';
import { TextArea, TextField, type FieldProps } from '../ui/Field.tsx';

export interface CommittedFieldProps extends Omit<FieldProps, 'error'> {
  readonly value: string;
  readonly placeholder?: string;
  readonly multiline?: boolean;
  readonly inputMode?: 'text' | 'decimal' | 'numeric' | 'url';
  /** Why a text cannot be taken; undefined when it can. */
  readonly problem?: (text: string) => string | undefined;
  readonly onCommit: (text: string) => void;
}

export function CommittedField(props: CommittedFieldProps) {
  const { value, multiline = false, problem, onCommit, ...field } = props;
  /** What is being written; undefined when it is what is kept. */
  const [draft, setDraft] = useState<string>();
  const error = draft === undefined ? undefined : problem?.(draft);
  const commit = (): void => {
    if (draft === undefined || error !== undefined) return;
    setDraft(undefined);
    if (draft !== value) onCommit(draft);
  };
  const shared = { ...field, value: draft ?? value, error, autoComplete: 'off', spellCheck: false, onBlur: commit };
  if (multiline) return <TextArea {...shared} onChange={(event) => setDraft(event.target.value)} />;
  return (
    <TextField
      {...shared}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return;
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setDraft(undefined);
      }}
    />
  );
}
