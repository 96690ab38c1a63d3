/** A passage of the document: one that an answer rests on, or that the search has found. */
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Passage, type PassageProps } from './Passage.tsx';

export interface PassageDialogProps extends PassageProps {
  /** The page that it is on, if it is known. */
  readonly page?: number | null;
  readonly onClose: () => void;
}

export function PassageDialog({ page = null, onClose, ...passage }: PassageDialogProps) {
  const { documents } = useTexts();
  const format = useFormat();
  const title = page === null ? documents.passageTitle : documents.passageOnPage(format.count(page));
  return (
    <Dialog wide title={title} onClose={onClose}>
      <Passage {...passage} />
    </Dialog>
  );
}
