/** The form for a saved state's name and tags. */
import type { Ref } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { isComposing } from '../../shortcuts.ts';
import { TextField } from '../../ui/Field.tsx';

interface Props {
  /** Of the form, for the button that submits it. */
  readonly id: string;
  readonly name: string;
  readonly tags: string;
  readonly onName: (name: string) => void;
  readonly onTags: (tags: string) => void;
  /** Only with a name. */
  readonly onSubmit: () => void;
  readonly nameField?: Ref<HTMLInputElement>;
}

/** A state without a name is not saved. */
export const isNamed = (name: string): boolean => name.trim() !== '';

export function StateForm({ id, name, tags, onName, onTags, onSubmit, nameField }: Props) {
  const { states } = useTexts();
  return (
    <form
      id={id}
      onKeyDown={(event) => {
        // Enter takes what an input method offers; it does not save yet.
        if (event.key === 'Enter' && isComposing(event.nativeEvent)) event.preventDefault();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (isNamed(name)) onSubmit();
      }}
    >
      <TextField
        ref={nameField}
        label={states.name}
        value={name}
        maxLength={200}
        error={isNamed(name) ? undefined : states.nameMissing}
        onChange={(event) => onName(event.target.value)}
      />
      <TextField
        label={states.tags}
        hint={states.tagsHint}
        value={tags}
        onChange={(event) => onTags(event.target.value)}
      />
    </form>
  );
}
