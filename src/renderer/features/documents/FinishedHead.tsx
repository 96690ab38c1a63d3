/** Above the summary of a document that was read: with what in mind, by which model, and what is next. */
import { useState } from 'react';
import type { Reading } from '../../../main/api/documents.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { DocumentStore } from '../../stores/document.ts';
import { Button } from '../../ui/Button.tsx';
import { ReadAgainDialog } from './ReadAgainDialog.tsx';

export interface FinishedHeadProps {
  readonly store: DocumentStore;
  readonly reading: Reading;
}

export function FinishedHead({ store, reading }: FinishedHeadProps) {
  const { documents } = useTexts();
  const format = useFormat();
  const attempt = useTry();
  const [again, setAgain] = useState(false);
  const { focus, modelName, finishedAt, startedAt, usable, overall, sections } = reading;
  const unwritten = overall === '' && sections.every(({ summary }) => summary === null);
  return (
    <div className="finished-head">
      <div>
        {focus !== '' && <p className="focus-line">{documents.focusOf(focus)}</p>}
        <p className="small-note">{documents.readBy(modelName, format.day(finishedAt ?? startedAt))}</p>
        {usable === 'other-model' && <p className="small-note">{documents.otherModel(modelName)}</p>}
        {unwritten && <p className="small-note">{documents.noSummary}</p>}
      </div>
      <div className="live-actions">
        {unwritten && usable === 'yes' && (
          <Button kind="primary" onClick={() => attempt(() => store.read({ focus, summarise: true }))}>
            {documents.summariseNow}
          </Button>
        )}
        <Button icon="refresh" kind="quiet" onClick={() => setAgain(true)}>
          {documents.readAgain}
        </Button>
      </div>
      {again && <ReadAgainDialog store={store} onClose={() => setAgain(false)} />}
    </div>
  );
}
