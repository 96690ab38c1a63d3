/** Where model files of the app lie. */
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';

export function ModelsFolder({ folder }: { readonly folder: string }) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const reveals = useAppState(({ about }) => about?.shell === 'electron');
  return (
    <div className="models-folder">
      <p>
        {models.folder}: <code>{folder}</code>{' '}
        <a className="page-link" href="#/settings">
          {models.changeFolder}
        </a>
      </p>
      {reveals && (
        <Button kind="quiet" icon="folder" onClick={() => attempt(() => app.revealInFolder({ path: folder }))}>
          {models.reveal}
        </Button>
      )}
    </div>
  );
}
