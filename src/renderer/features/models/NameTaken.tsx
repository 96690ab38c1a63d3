/** Asks what to do with a file whose name another one in the models folder has. */
import type { OnConflict } from '../../../main/api/models.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

export interface NameTakenProps {
  /** Of the file that is to be added. */
  readonly path: string;
  readonly onChoose: (what: OnConflict) => void;
  readonly onClose: () => void;
}

export function NameTaken({ path, onChoose, onClose }: NameTakenProps) {
  const { models, common } = useTexts();
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="danger" onClick={() => onChoose('replace')}>
        {models.replaceFile}
      </Button>
      <Button kind="primary" onClick={() => onChoose('keepBoth')}>
        {models.keepBoth}
      </Button>
    </>
  );
  return (
    <Dialog title={models.nameTakenTitle} onClose={onClose} actions={actions}>
      <p>{models.nameTaken(path.split(/[\\/]/u).at(-1) ?? path)}</p>
      <p className="small-note">{models.nameTakenChoice}</p>
    </Dialog>
  );
}
