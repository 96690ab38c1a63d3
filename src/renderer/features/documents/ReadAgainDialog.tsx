/** Reads a document once more, with another focus or another model. */
import { useState } from 'react';
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState } from '../../services.ts';
import type { DocumentStore } from '../../stores/document.ts';
import { ModelNotice } from '../chat/ModelNotice.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { FocusFields } from './FocusFields.tsx';

interface Props {
  readonly store: DocumentStore;
  readonly onClose: () => void;
}

export function ReadAgainDialog({ store, onClose }: Props) {
  const { documents, common } = useTexts();
  const attempt = useTry();
  const loaded = useAppState(({ engine }) => engine.type === 'loaded');
  const before = store.getState().live?.reading.focus ?? '';
  const [focus, setFocus] = useState(before);
  const [summarise, setSummarise] = useState(true);
  const read = (): void => {
    const chosen = focus.trim();
    // With the same focus, what is there would only come back.
    attempt(() => store.read({ focus: chosen, summarise, ...(chosen === before && { fresh: true }) }));
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" icon="book" disabled={!loaded} onClick={read}>
        {documents.readAgainNow}
      </Button>
    </>
  );
  return (
    <Dialog title={documents.readAgainTitle} onClose={onClose} actions={actions}>
      <p>{documents.readAgainHint}</p>
      <FocusFields {...{ focus, summarise }} onFocus={setFocus} onSummarise={setSummarise} />
      <ModelNotice />
    </Dialog>
  );
}
