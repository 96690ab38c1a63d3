/** Adds a model file that the user has. A browser cannot tell paths, and models are too large to send: there it is typed. */
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useTry } from '../../frame/useTry.ts';
import { Choices } from '../../page/Choices.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorCard, shownFault } from '../../ui/ErrorCard.tsx';
import { TextField } from '../../ui/Field.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { NameTaken } from './NameTaken.tsx';
import { useAdding, type How } from './useAdding.ts';

export function AddModel() {
  const { models } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {models.add}
      </Button>
      {open && <AddDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { models, common } = useTexts();
  const format = useFormat();
  const [path, setPath] = useState('');
  const [how, setHow] = useState<How>('link');
  const adding = useAdding(onClose);
  const { fraction, error } = adding;
  const ready = path.trim() !== '' && fraction === undefined;
  const options = (['link', 'copy'] as const).map((value) => ({
    ...{ value, label: models.howNames[value], hint: models.howNames[`${value}Hint`] },
  }));
  const close = (): void => {
    adding.stop();
    onClose();
  };
  const file = { path: path.trim(), how };
  if (error !== undefined && shownFault(error).code === 'file-exists')
    return (
      <NameTaken path={file.path} onChoose={(onConflict) => void adding.add({ ...file, onConflict })} onClose={close} />
    );
  const actions = (
    <>
      <Button onClick={close}>{common.cancel}</Button>
      <Button kind="primary" type="submit" form="add-model" disabled={!ready}>
        {models.addNow}
      </Button>
    </>
  );
  return (
    <Dialog title={models.addTitle} onClose={close} actions={actions}>
      <form
        id="add-model"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void adding.add(file);
        }}
      >
        <PathField path={path} onChange={setPath} />
        <Choices label={models.how} value={how} options={options} onChange={setHow} />
      </form>
      {fraction !== undefined && (
        <div>
          <p className="small-note">{models.adding(format.percent(fraction))}</p>
          <ProgressBar fraction={fraction} label={models.adding(format.percent(fraction))} />
        </div>
      )}
      {error !== undefined && <ErrorCard error={error} />}
    </Dialog>
  );
}

interface PathFieldProps {
  readonly path: string;
  readonly onChange: (path: string) => void;
}

function PathField({ path, onChange }: PathFieldProps) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const dialogs = useAppState(({ about }) => about?.dialogs ?? false);
  const choose = async (): Promise<void> => {
    const [chosen] = await app.pickFiles({ kind: 'models' });
    if (chosen !== undefined) onChange(chosen);
  };
  return (
    <div className="field-with-button path-field">
      <TextField
        label={models.addPath}
        hint={models.addPathHint}
        value={path}
        onChange={(event) => onChange(event.target.value)}
      />
      {dialogs && (
        <Button icon="folder" onClick={() => attempt(choose)}>
          {models.chooseFile}
        </Button>
      )}
    </div>
  );
}
