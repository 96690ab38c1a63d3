/** Pause, go on and cancel; and what to do when another model is loaded than the one that began. */
import { useState } from 'react';
import type { Reading } from '../../../main/api/documents.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { isUnderWay, type DocumentStore } from '../../stores/document.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ModelNotice } from '../chat/ModelNotice.tsx';

export interface LiveActionsProps {
  readonly store: DocumentStore;
  readonly reading: Reading;
}

export function LiveActions({ store, reading }: LiveActionsProps) {
  const { documents } = useTexts();
  const attempt = useTry();
  const [cancelling, setCancelling] = useState(false);
  const { focus, usable, modelName } = reading;
  const moving = isUnderWay(reading);
  const foreign = !moving && usable === 'other-model';
  return (
    <>
      {foreign && <p className="small-note">{documents.otherModelPaused(modelName)}</p>}
      {!moving && usable === 'no-model' && <ModelNotice />}
      <div className="live-actions">
        {moving && (
          <Button icon="pause" onClick={() => attempt(store.pause)}>
            {documents.live.pause}
          </Button>
        )}
        {!moving && !foreign && (
          <Button
            kind="primary"
            icon="play"
            disabled={usable !== 'yes'}
            // What it shall write, it remembers itself.
            onClick={() => attempt(() => store.read({ focus, summarise: false }))}
          >
            {documents.live.resume}
          </Button>
        )}
        {foreign && (
          <Button
            kind="primary"
            icon="refresh"
            onClick={() => attempt(() => store.read({ focus, summarise: true, fresh: true }))}
          >
            {documents.readFromStart}
          </Button>
        )}
        <Button kind="quiet" onClick={() => setCancelling(true)}>
          {documents.live.cancel}
        </Button>
      </div>
      {cancelling && <CancelDialog store={store} reading={reading} onClose={() => setCancelling(false)} />}
    </>
  );
}

function CancelDialog({ store, reading, onClose }: LiveActionsProps & { readonly onClose: () => void }) {
  const { documents } = useTexts();
  const format = useFormat();
  const attempt = useTry();
  const cancel = (): void => {
    attempt(store.cancel);
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{documents.cancelKeep}</Button>
      <Button kind="danger" onClick={cancel}>
        {documents.live.cancel}
      </Button>
    </>
  );
  return (
    <Dialog title={documents.cancelTitle} onClose={onClose} actions={actions}>
      <p>{documents.cancelText(format.percent(reading.progress?.fraction ?? 0))}</p>
    </Dialog>
  );
}
