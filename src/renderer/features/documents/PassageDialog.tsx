/** The passage that an answer rests on. */
import { useTexts } from '../../i18n/texts.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Passage, type PassageProps } from './Passage.tsx';

export function PassageDialog({ onClose, ...passage }: PassageProps & { readonly onClose: () => void }) {
  const { documents } = useTexts();
  return (
    <Dialog wide title={documents.passageTitle} onClose={onClose}>
      <Passage {...passage} />
    </Dialog>
  );
}
