/** Names what the model remembers at one point, so that it can be opened later. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import type { SaveRequest } from '../../stores/stateSaving.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { isNamed, StateForm } from './StateForm.tsx';
import { tagsOf } from './tagsOf.ts';
import { useSaveState } from './useSaveState.ts';

export function SaveStateDialog({ request }: { readonly request: SaveRequest }) {
  const { states, common } = useTexts();
  const { stateSaving } = useServices();
  const saving = useStore(stateSaving, (state) => state.saving);
  const error = useStore(stateSaving, (state) => state.error);
  const [name, setName] = useState(request.name);
  const [tags, setTags] = useState('');
  const save = useSaveState();
  const field = useSelected();
  const actions = (
    <>
      <Button onClick={stateSaving.close}>{common.cancel}</Button>
      <Button kind="primary" type="submit" form="save-state" disabled={!isNamed(name) || saving}>
        {common.save}
      </Button>
    </>
  );
  return (
    <Dialog title={states.saveTitle} onClose={stateSaving.close} actions={actions}>
      <p>{states.saveHint}</p>
      <StateForm
        id="save-state"
        {...{ name, tags, nameField: field }}
        onName={setName}
        onTags={setTags}
        onSubmit={() => save(name.trim(), tagsOf(tags))}
      />
      {error !== undefined && <ErrorCard error={error} />}
    </Dialog>
  );
}

/** Selects the name, once the dialog has opened and put the focus on its first control. */
function useSelected() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return field;
}
