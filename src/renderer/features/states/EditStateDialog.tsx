/** Name and tags of a saved state. */
import { useState } from 'react';
import type { SavedState } from '../../../main/api/states.ts';
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { isNamed, StateForm } from './StateForm.tsx';
import { tagsOf } from './tagsOf.ts';

interface Props {
  readonly state: SavedState;
  readonly onClose: () => void;
}

export function EditStateDialog({ state, onClose }: Props) {
  const { states, common } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const [name, setName] = useState(state.name);
  const [tags, setTags] = useState(state.tags.join(', '));
  const save = (): void => {
    attempt(() => app.changeState({ id: state.id, patch: { name: name.trim(), tags: tagsOf(tags) } }));
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" type="submit" form="edit-state" disabled={!isNamed(name)}>
        {common.save}
      </Button>
    </>
  );
  return (
    <Dialog title={states.editTitle} onClose={onClose} actions={actions}>
      <StateForm id="edit-state" {...{ name, tags }} onName={setName} onTags={setTags} onSubmit={save} />
    </Dialog>
  );
}
